package sketch

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// maxLine bounds a line of an ndjson file in bytes. The longest of Quick, Draw!'s raw drawings are below 1 MiB.
const maxLine = 4 << 20

// Reader reads drawings from ndjson, a drawing a line, as Quick, Draw! publishes them:
//
//	{"key_id":"4510…","word":"t-shirt","label":0,"drawing":[[[x…],[y…]],…]}
//
// Other members (countrycode, recognized, …) are ignored, as is a third list of times in a stroke (the raw form).
// "label" is this project's addition, and so is "styles", [[size, kind], …] for the strokes in order, where kind is 0 for a
// line, 1 for a filled one, and 2 for an area alone, which the page tells from a filled line by eye only. Memory is bounded by
// one line of at most 4 MiB.
type Reader struct {
	in   *bufio.Reader
	line int
	err  error
}

// NewReader returns a Reader of r.
func NewReader(r io.Reader) *Reader { return &Reader{in: bufio.NewReaderSize(r, 64<<10)} }

// record is a line. Pointers tell a missing member from a zero one.
type record struct {
	KeyID   string         `json:"key_id,omitempty"`
	Word    string         `json:"word,omitempty"`
	Label   *int           `json:"label,omitempty"`
	Drawing *[][][]float64 `json:"drawing"`
	Styles  [][2]float32   `json:"styles"`
}

// Next returns the next drawing, or io.EOF after the last. Blank lines are passed over. Errors name the line and what
// was expected there; after an error every call returns it again.
func (r *Reader) Next() (Drawing, error) {
	if r.err != nil {
		return Drawing{}, r.err
	}
	d, err := r.next()
	if err != nil {
		if !errors.Is(err, io.EOF) {
			err = fmt.Errorf("drawings: line %d: %w", r.line, err)
		}
		r.err = err
	}
	return d, err
}

func (r *Reader) next() (Drawing, error) {
	for {
		line, err := r.readLine()
		if err != nil {
			return Drawing{}, err
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return parseLine(line)
		}
	}
}

func (r *Reader) readLine() ([]byte, error) {
	r.line++
	var long []byte
	for {
		part, err := r.in.ReadSlice('\n')
		if len(long)+len(part) > maxLine {
			return nil, fmt.Errorf("is longer than %d MiB", maxLine>>20)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			long = append(long, part...)
			continue
		case errors.Is(err, io.EOF) && len(long)+len(part) > 0, err == nil:
			if long == nil {
				return part, nil
			}
			return append(long, part...), nil
		}
		return nil, err
	}
}

func parseLine(line []byte) (Drawing, error) {
	var rec record
	if err := json.Unmarshal(line, &rec); err != nil {
		return Drawing{}, fmt.Errorf("is not a drawing in JSON: %w", err)
	}
	if rec.Drawing == nil {
		return Drawing{}, errors.New(`has no "drawing"`)
	}
	d := Drawing{KeyID: rec.KeyID, Word: rec.Word, Label: NoLabel, Strokes: make([]Stroke, len(*rec.Drawing))}
	if rec.Label != nil {
		if *rec.Label < 0 {
			return Drawing{}, fmt.Errorf(`"label" is %d, want 0 or more`, *rec.Label)
		}
		d.Label = *rec.Label
	}
	for i, axes := range *rec.Drawing {
		if len(axes) != 2 && len(axes) != 3 {
			return Drawing{}, fmt.Errorf("stroke %d has %d lists, want [[x…],[y…]]", i, len(axes))
		}
		xs, ys := axes[0], axes[1]
		if len(xs) != len(ys) {
			return Drawing{}, fmt.Errorf("stroke %d has %d x and %d y", i, len(xs), len(ys))
		}
		s := make(Stroke, len(xs))
		for j := range s {
			// Checked as float64: the conversion of 1e300 to float32 is not defined.
			if !(xs[j] >= -MaxCoordinate && xs[j] <= MaxCoordinate && ys[j] >= -MaxCoordinate && ys[j] <= MaxCoordinate) {
				return Drawing{}, fmt.Errorf("%w: stroke %d, point %d is (%v, %v); the limit is ±%d",
					ErrCoordinate, i, j, xs[j], ys[j], MaxCoordinate)
			}
			s[j] = Point{float32(xs[j]), float32(ys[j])}
		}
		d.Strokes[i] = s
	}
	var err error
	d.Styles, err = parseStyles(rec.Styles, d.Strokes)
	return d, err
}

// parseStyles makes styles of [size, kind] for these strokes; of none, none.
func parseStyles(pairs [][2]float32, strokes []Stroke) ([]Style, error) {
	if len(pairs) == 0 {
		return nil, nil
	}
	styles := make([]Style, len(pairs))
	for i, p := range pairs {
		if p[1] != 0 && p[1] != 1 && p[1] != 2 {
			return nil, fmt.Errorf("%w: stroke %d is of kind %v, want 0, 1 or 2", ErrStyle, i, p[1])
		}
		styles[i] = Style{Size: p[0], Fill: p[1] > 0}
	}
	return styles, styled{strokes, styles, Default.Width}.check()
}

// ParseNDJSON reads all drawings of r. With an error it returns the drawings before it.
func ParseNDJSON(r io.Reader) ([]Drawing, error) {
	in := NewReader(r)
	var ds []Drawing
	for {
		d, err := in.Next()
		if errors.Is(err, io.EOF) {
			return ds, nil
		}
		if err != nil {
			return ds, err
		}
		ds = append(ds, d)
	}
}

// WriteNDJSON writes drawings so that ParseNDJSON gives them back, and so that readers of Quick, Draw!'s files can
// read them: integral coordinates are written as integers.
func WriteNDJSON(w io.Writer, ds []Drawing) error {
	out := bufio.NewWriter(w)
	var b []byte
	for i, d := range ds {
		if _, _, err := Bounds(d.Strokes); err != nil {
			return fmt.Errorf("drawing %d: %w", i, err)
		}
		head := struct {
			KeyID string `json:"key_id"`
			Word  string `json:"word"`
			Label *int   `json:"label,omitempty"`
		}{KeyID: d.KeyID, Word: d.Word}
		if d.Label != NoLabel {
			head.Label = &d.Label
		}
		h, err := json.Marshal(head)
		if err != nil {
			return fmt.Errorf("drawing %d: %w", i, err)
		}
		b = append(append(b[:0], h[:len(h)-1]...), `,"drawing":[`...)
		for j, s := range d.Strokes {
			if j > 0 {
				b = append(b, ',')
			}
			b = append(b, `[[`...)
			b = appendAxis(b, s, func(p Point) float32 { return p.X })
			b = append(b, `],[`...)
			b = appendAxis(b, s, func(p Point) float32 { return p.Y })
			b = append(b, `]]`...)
		}
		b = append(b, ']')
		b = appendStyles(b, d.Styles)
		b = append(b, "}\n"...)
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
	return out.Flush()
}

func appendStyles(b []byte, styles []Style) []byte {
	for i, s := range styles {
		b = append(b, [...]string{`,"styles":[[`, `,[`}[min(i, 1)]...)
		b = strconv.AppendFloat(b, float64(s.Size), 'f', -1, 32)
		b = append(b, map[bool]string{false: `,0]`, true: `,1]`}[s.Fill]...)
	}
	if len(styles) > 0 {
		b = append(b, ']')
	}
	return b
}

func appendAxis(b []byte, s Stroke, axis func(Point) float32) []byte {
	for i, p := range s {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendFloat(b, float64(axis(p)), 'f', -1, 32)
	}
	return b
}
