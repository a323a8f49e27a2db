package arch

import (
	"strings"
	"testing"

	"croquis/internal/nn"
	"croquis/internal/optim"
	"croquis/internal/random"
)

// TestSizes compares each network with figures worked out by hand from its description (weights of a layer:
// kernel + bias, or kernel + gamma + beta).
func TestSizes(t *testing.T) {
	for _, want := range []struct {
		name             string
		trainable, other int
		macs             int
	}{
		{"thesis", 1694186, 1024, 33146368},
		{"lenet5", 61706, 0, 416520},
		{"alexnet", 632250, 0, 14325632},
		{"vgg", 1255386, 2112, 13237504},
		{"croquis", 1100890, 2112, 32191104},
		{"tiny", 79482, 512, 7338720},
		{"croquis-deep", 904762, 2144, 32732224},
		{"croquis-early", 320122, 1056, 32627904},
		{"croquis-padded", 768346, 1824, 32688288},
		{"tiny-deep", 79418, 608, 6232640},
		{"tiny-deeper", 97978, 736, 7135808},
	} {
		m, err := New(want.name)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.BuildEmpty(); err != nil {
			t.Fatal(err)
		}
		trainable, other := m.Count()
		if trainable != want.trainable || other != want.other {
			t.Errorf("%s: %d trainable and %d other weights, want %d and %d", want.name, trainable, other, want.trainable, want.other)
		}
		if m.MACs() != want.macs {
			t.Errorf("%s: %d multiply-adds, want %d", want.name, m.MACs(), want.macs)
		}
		if !m.Output().Equal(nn.Shape{10}) {
			t.Errorf("%s: output %v, want (10)", want.name, m.Output())
		}
	}
}

// TestThesisSummary looks for the thesis's seven parameter counts and two totals in the printed table.
func TestThesisSummary(t *testing.T) {
	m := Thesis()
	if err := m.Build(1); err != nil {
		t.Fatal(err)
	}
	summary := m.Summary()
	lines := strings.Split(summary, "\n")
	for layer, fields := range map[string]string{
		"conv2d":              "(None, 28, 28, 32) 832 627,200",
		"conv2d_1":            "(None, 28, 28, 32) 25,632 20,070,400",
		"max_pooling2d":       "(None, 14, 14, 32) 0 0",
		"conv2d_2":            "(None, 14, 14, 64) 18,496 3,612,672",
		"conv2d_3":            "(None, 14, 14, 64) 36,928 7,225,344",
		"max_pooling2d_1":     "(None, 7, 7, 64) 0 0",
		"flatten":             "(None, 3136) 0 0",
		"dense":               "(None, 512) 1,606,144 1,605,632",
		"batch_normalization": "(None, 512) 2,048 0",
		"dense_1":             "(None, 10) 5,130 5,120",
	} {
		found := false
		for _, line := range lines {
			words := strings.Fields(line)
			if len(words) > 2 && words[0] == layer {
				found = true
				if got := strings.Join(words[2:], " "); got != fields {
					t.Errorf("%s: %q, want %q", layer, got, fields)
				}
			}
		}
		if !found {
			t.Errorf("no line for %s in\n%s", layer, summary)
		}
	}
	for _, total := range []string{"Trainable params: 1,694,186\n", "Non-trainable params: 1,024\n"} {
		if !strings.Contains(summary, total) {
			t.Errorf("no %q in\n%s", total, summary)
		}
	}
}

// TestShapes follows the pictures through the networks whose padding is easy to get wrong.
func TestShapes(t *testing.T) {
	for _, want := range []struct {
		arch, layer string
		shape       nn.Shape
	}{
		{"lenet5", "conv2d", nn.Shape{28, 28, 6}},
		{"lenet5", "conv2d_1", nn.Shape{10, 10, 16}},
		{"lenet5", "flatten", nn.Shape{400}},
		{"alexnet", "max_pooling2d", nn.Shape{13, 13, 24}},
		{"alexnet", "max_pooling2d_2", nn.Shape{2, 2, 64}},
		{"vgg", "max_pooling2d_3", nn.Shape{1, 1, 128}},
		{"vgg", "conv2d_12", nn.Shape{1, 1, 128}},
		{"croquis", "add_2", nn.Shape{3, 3, 192}},
		{"croquis-padded", "add_2", nn.Shape{4, 4, 144}},
		{"tiny", "add_1", nn.Shape{7, 7, 48}},
	} {
		m, err := New(want.arch)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.BuildEmpty(); err != nil {
			t.Fatal(err)
		}
		if got := m.OutputOf(want.layer); !got.Equal(want.shape) {
			t.Errorf("%s %s: %v, want %v", want.arch, want.layer, got, want.shape)
		}
	}
}

func TestUnknownName(t *testing.T) {
	_, err := New("resnet-1000")
	if err == nil || !strings.Contains(err.Error(), `"resnet-1000"`) || !strings.Contains(err.Error(), "thesis, lenet5") {
		t.Errorf("got %v, want an error that names the network and the known ones", err)
	}
}

// TestEachLearns overfits every network on 10 pictures of ten classes for a few steps: the loss must halve.
func TestEachLearns(t *testing.T) {
	for _, name := range Names() {
		m, err := New(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Build(7); err != nil {
			t.Fatal(err)
		}
		const n = 10
		x, y := nn.NewTensor(n, 28, 28, 1), nn.NewTensor(n, 10)
		s := random.NewStream(3, "pictures", 0)
		for i := range n { // class c: a bright bar at row 2c, on noise
			y.Row(i)[i%10] = 1
			for j := range x.Row(i) {
				x.Row(i)[j] = 0.3 * float32(s.Uniform(uint64(i*784+j)))
				if j/56 == i%10 {
					x.Row(i)[j] += 0.7
				}
			}
		}
		rmsprop, err := optim.New("rmsprop", optim.Options{Rho: 0.9, Epsilon: 1e-6})
		if err != nil {
			t.Fatal(err)
		}
		var groups []optim.Group
		for _, p := range m.Params() {
			if p.Trainable {
				groups = append(groups, optim.Group{Name: p.Name, Value: p.Value, Grad: p.Grad, Decay: p.Decay})
			}
		}
		first, last := 0.0, 0.0
		for step := range 30 {
			loss, _ := m.Step(x, y, nn.CategoricalCrossentropy{})
			if step == 0 {
				first = loss / n
			}
			last = loss / n
			rmsprop.Step(groups, 1e-3)
		}
		if !(last < 0.7*first) {
			t.Errorf("%s: loss %.3f after 30 steps, %.3f before", name, last, first)
		}
	}
}
