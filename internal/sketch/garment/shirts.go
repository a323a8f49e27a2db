package garment

// shirting is a shirt's cut. What makes it a shirt to whoever looks is the collar and the row of buttons.
func shirting(h *hand, long bool) torso {
	t := tee(h)
	if long {
		t = jumper(h)
		if h.Chance(0.5) { // arms hanging
			t.angle, t.shoulder = h.Between(58, 80), h.Between(0.5, 0.62)
			t.chest = t.shoulder - h.Between(0.18, 0.26)
			t.hem = h.vary(t.chest, 0.12)
		}
	}
	t.shape, t.neck, t.depth = vNeck, h.Between(0.14, 0.24), h.Between(0.1, 0.22)
	if h.Chance(0.4) {
		t.shape = straightNeck
	}
	t.length = h.Between(1.05, 1.4)
	if h.some(0.3) {
		t.hemDrop = h.Between(0.06, 0.16)
	}
	return t
}

// front draws the opening from the collar to the hem, with its buttons.
func (h *hand) front(t torso, n int) {
	to := t.length + t.hemDrop
	x := 0.0
	switch h.Below(4) {
	case 0: // two lines, buttons between
		w := h.Between(0.05, 0.09)
		h.small(at(-w, t.depth), at(-w, to))
		h.small(at(w, t.depth), at(w, to))
	case 1: // buttons only
	default:
		h.small(at(0, t.depth), at(0, to))
		if h.Chance(0.5) {
			x = h.Between(0.05, 0.1)
			if h.Chance(0.5) {
				x = -x
			}
		}
	}
	h.buttons(x, t.depth+0.04, to-0.06, n)
}

// chestPocket draws one on the right or the left.
func (h *hand) chestPocket(t torso) {
	x := t.chest * h.Between(0.45, 0.6)
	if h.Chance(0.3) {
		x = -x
	}
	h.pocket(x, t.armpit*h.Between(0.85, 1.1), h.Between(0.08, 0.13), h.Between(0.14, 0.22))
}

var shirts = []kind{
	{"long sleeves", func(h *hand) {
		t := shirting(h, true)
		h.outline(t)
		h.collar(t, h.Between(0.14, 0.26))
		h.front(t, 3+h.Below(4))
		if h.some(0.6) {
			h.cuffs(t, h.Between(0.08, 0.16))
		}
		if h.some(0.35) {
			h.chestPocket(t)
		}
	}},
	{"short sleeves", func(h *hand) {
		t := shirting(h, false)
		h.outline(t)
		h.collar(t, h.Between(0.14, 0.26))
		h.front(t, 3+h.Below(4))
		if h.some(0.4) {
			h.chestPocket(t)
		}
		if h.some(0.2) {
			h.cuffs(t, h.Between(0.06, 0.1))
		}
	}},
	{"polo", func(h *hand) {
		t := shirting(h, false)
		t.hemDrop = 0
		h.outline(t)
		h.collar(t, h.Between(0.12, 0.22))
		to := t.depth + h.Between(0.22, 0.4)
		if h.Chance(0.5) {
			h.small(at(-0.05, t.depth), at(-0.05, to), at(0.05, to), at(0.05, t.depth))
		} else {
			h.small(at(0, t.depth), at(0, to))
		}
		h.buttons(0, t.depth, to, 2+h.Below(2))
	}},
	{"band collar", func(h *hand) {
		t := shirting(h, h.Chance(0.6))
		t.shape = roundNeck
		h.outline(t)
		up := h.Between(0.05, 0.1)
		h.small(at(-t.neck, 0), at(-t.neck*0.9, -up), round(0, -up+0.05), at(t.neck*0.9, -up), at(t.neck, 0))
		h.front(t, 4+h.Below(3))
	}},
	{"with tie", func(h *hand) {
		t := shirting(h, h.Chance(0.6))
		h.outline(t)
		h.collar(t, h.Between(0.14, 0.24))
		w, to := h.Between(0.06, 0.12), t.length*h.Between(0.55, 0.85)
		h.small(at(-w*0.5, t.depth), at(w*0.5, t.depth), at(w*0.4, t.depth+0.1), at(w, to-0.1), at(0, to), at(-w, to-0.1), at(-w*0.4, t.depth+0.1), at(-w*0.5, t.depth))
		if h.some(0.4) {
			h.cuffs(t, 0.12)
		}
	}},
	{"striped", func(h *hand) {
		t := shirting(h, h.Chance(0.6))
		h.outline(t)
		h.collar(t, h.Between(0.14, 0.24))
		h.front(t, 3+h.Below(4))
		n := 2 + h.Below(4)
		if h.Chance(0.7) { // along, on both sides of the front
			for i := range n {
				x := (float64(i) + h.Between(0.6, 0.9)) / float64(n)
				for _, side := range []float64{1, -1} {
					h.small(at(side*x*t.chest, t.slope+h.Between(0.05, 0.2)), at(side*x*t.hem, t.length))
				}
			}
		} else { // across
			for i := range n {
				h.belt(t, t.armpit+(t.length-t.armpit)*(float64(i)+h.Between(0.2, 0.5))/float64(n))
			}
		}
	}},
	{"printed", func(h *hand) { // a holiday shirt: small motifs all over
		t := shirting(h, h.Chance(0.2))
		h.outline(t)
		h.collar(t, h.Between(0.14, 0.26))
		h.front(t, 2+h.Below(3))
		motif, r := h.Below(3), h.Between(0.04, 0.08)
		for range 4 + h.Below(6) {
			x, y := t.chest*h.Between(0.2, 0.85), t.armpit*0.7+(t.length-t.armpit*0.7)*h.Between(0.05, 0.9)
			if h.Chance(0.5) {
				x = -x
			}
			switch motif {
			case 0:
				h.ring(x, y, r, r)
			case 1:
				h.small(at(x-r, y-r), at(x+r, y+r))
				h.small(at(x-r, y+r), at(x+r, y-r))
			default:
				h.dot(x, y, r/2)
			}
		}
	}},
	{"rolled sleeves", func(h *hand) {
		t := shirting(h, true)
		t.sleeve = h.Between(0.45, 0.7)
		h.outline(t)
		h.collar(t, h.Between(0.14, 0.24))
		h.front(t, 3+h.Below(4))
		h.cuffs(t, h.Between(0.08, 0.14))
		if h.some(0.5) {
			h.chestPocket(t)
		}
	}},
	{"checked", func(h *hand) {
		t := shirting(h, h.Chance(0.6))
		h.outline(t)
		h.collar(t, h.Between(0.14, 0.24))
		h.front(t, 3+h.Below(3))
		if h.Chance(0.6) {
			for i := range 2 + h.Below(3) {
				y := t.armpit + 0.05 + (t.length-t.armpit)*float64(i)/4
				h.belt(t, y)
			}
		}
		for _, x := range []float64{-0.6, -0.3, 0.3, 0.6} {
			h.small(at(x*t.chest, t.slope+0.1), at(x*t.hem, t.length))
		}
	}},
	{"open collar", func(h *hand) { // a blouse: deep opening, loose
		t := shirting(h, h.Chance(0.7))
		t.shape, t.depth = vNeck, h.Between(0.25, 0.4)
		h.outline(t)
		for _, side := range []float64{1, -1} {
			h.small(at(side*t.neck, 0), at(side*(t.neck+0.08), h.Between(0.2, 0.3)), at(side*t.neck*0.4, t.depth*0.65))
		}
		h.front(t, 3+h.Below(3))
		if h.some(0.5) {
			h.cuffs(t, 0.12)
		}
	}},
}
