package chart

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"image"
	"image/png"
	"math"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"croquis/internal/metrics"
)

// sample is a report with everything in it, made from n random predictions that are mostly right.
func sample(t testing.TB, n int) Report {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	p := metrics.Predictions{Classes: len(labels), Labels: make([]uint8, n)}
	logits := make([]float32, n*p.Classes)
	images := make([]uint8, n*pixels)
	for i := range p.Labels {
		p.Labels[i] = uint8(r.IntN(p.Classes))
		for j := range p.Classes {
			logits[i*p.Classes+j] = float32(r.NormFloat64())
		}
		logits[i*p.Classes+int(p.Labels[i])] += 3
	}
	for i := range images {
		images[i] = uint8(r.IntN(256))
	}
	p.Probs = metrics.Softmax(logits, p.Classes, 1)
	s, err := metrics.Evaluate(p, nil)
	if err != nil {
		t.Fatal(err)
	}
	report := Report{
		Name: "sample", Labels: labels, Date: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC), Machine: "a machine",
		Recipe: []Fact{{"Optimiser", "RMSprop"}}, Network: "conv2d (Conv2D)   832\n", Params: 1694186, MACs: 33150000,
		Chosen: 4, Seconds: 4210, ImagesPerSecond: 1480.5,
		Limits: []string{"It cannot see colour."},
		Sections: []Section{{Set: &Set{Name: "Test photos", Note: "A note.", Summary: s, Mistakes: MostConfident(images, p, 7)}}, {Table: &Table{
			Title: "Spoiled <photos>", Note: "In a style.", Head: []string{"by", "top 1", "about"},
			Rows: [][]string{{"noise", "81.2 %", "photons"}, {"turn <left>", "–", ""}},
			Bars: &Bars{Caption: "Share.", Mark: 0.9, Bars: []Bar{{"noise", 0.812, "photons"}, {"turn <left>", 0.1, ""}}},
		}}, {Outliers: &Outliers{Note: "Things.", Scores: []Score{{"highest probability", metrics.Detection{N: 1200, AUROC: 0.9123, FPR95: 0.3}}}}}},
		Sheets: []Sheet{{Title: "Photos", Note: "As they are.", PNG: contactSheet(t)}},
	}
	for e := 1; e <= 6; e++ {
		report.History = append(report.History, Epoch{
			Epoch: e, Loss: 1 / float64(e), Accuracy: 1 - 0.5/float64(e), ValLoss: 1.1 / float64(e), ValAccuracy: 1 - 0.6/float64(e),
			LR: 1e-3 / float64(e), Seconds: 2.5, ImagesPerSecond: 1500,
		})
	}
	return report
}

// contactSheet is a small picture.
func contactSheet(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 60, 20))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func page(t testing.TB, r Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := TrainingReport(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReportTellsItsNumbers(t *testing.T) {
	r := sample(t, 400)
	source := page(t, r)
	s := r.Sections[0].Set.Summary
	for _, want := range []string{
		"<h1>sample</h1>", "Trained for 6 epochs in 1 h 10 min; the weights of epoch 4 were kept.",
		"1,694,186", "33.15", "a machine", "RMSprop", "31 January 2026", "conv2d (Conv2D)", "It cannot see colour.", "0.912",
		fmt.Sprintf("%.2f\u00a0%%", 100*s.Top1), fmt.Sprintf("%.2f\u00a0%%", 100*s.ECE), fmt.Sprintf("%.3f", s.Brier),
		fmt.Sprintf(`--share: %.3f`, s.PerClass[6].F1),
		"<h2>Spoiled &lt;photos&gt;</h2>", `<tr><th scope="row">noise</th><td>81.2 %</td><td class="words">photons</td></tr>`,
		`<th class="words">by</th><th>top 1</th><th class="words">about</th>`, `width="60" height="20" alt="Contact sheet: Photos"`,
		"<tr><th scope=\"row\">6</th><td>0.1667</td><td>91.67\u00a0%</td><td>0.1833</td><td>90.00\u00a0%</td><td>0.000167</td><td>2.5</td><td>1,500</td></tr>",
	} {
		if !strings.Contains(source, want) {
			t.Errorf("the report does not hold %q", want)
		}
	}
	for i, row := range s.Confusion.Rows() {
		cells := `<tr><th scope="row">` + labels[i] + "</th>"
		for j, n := range row {
			switch {
			case i == j:
				cells += fmt.Sprintf(`<td class="hit">%d</td>`, n)
			case n == 0:
				cells += `<td class="zero">0</td>`
			default:
				cells += fmt.Sprintf(`<td>%d</td>`, n)
			}
		}
		if !strings.Contains(source, cells+"</tr>") {
			t.Errorf("the row of %s is not in the table of confusions: %s", labels[i], cells)
		}
	}
	if again := page(t, r); again != source {
		t.Error("the same report twice gives different files")
	}
}

// Boxes that scroll are reached by keyboard, one after the other: each says what is in it.
func TestReportNamesItsBoxes(t *testing.T) {
	r := sample(t, 200)
	second := *r.Sections[0].Set
	second.Name = "Drawings"
	r.Sections = append(r.Sections, Section{Set: &second})
	r.Sections[1].Table.Sheet = contactSheet(t)
	source := page(t, r)
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`<div class="scroll" role="group" aria-label="([^"]*)" tabindex="0">`).FindAllStringSubmatch(source, -1) {
		if seen[m[1]] {
			t.Errorf("two boxes are called %s", m[1])
		}
		seen[m[1]] = true
	}
	if boxes := strings.Count(source, `class="scroll"`); boxes != len(seen) {
		t.Errorf("%d names for %d boxes: %v", len(seen), boxes, seen)
	}
	for _, want := range []string{
		"Table: Learning, epoch by epoch", "Chart: Test photos, what was taken for what", "Table: Drawings, class by class",
		"Table: Things that are no garment", "Table: Spoiled &lt;photos&gt;", "Contact sheet: Spoiled &lt;photos&gt;", "Contact sheet: Photos",
	} {
		if !seen[want] {
			t.Errorf("no box is called %s: %v", want, seen)
		}
	}
}

func TestReportAsksForNothing(t *testing.T) {
	source := page(t, sample(t, 200))
	if !strings.Contains(source, `content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"`) {
		t.Error("the report does not forbid itself the network")
	}
	for _, m := range regexp.MustCompile(`(?i)(?:src|href)\s*=\s*["']?([^"'\s>]{1,40})`).FindAllStringSubmatch(strings.ReplaceAll(source, echartsScript, ""), -1) {
		if !strings.HasPrefix(m[1], "data:image/png;base64,") {
			t.Errorf("the report refers to %q", m[1])
		}
	}
	for _, bad := range []string{"@import", "url(", "go-echarts.github.io", "cdn", "import("} {
		if strings.Contains(strings.ReplaceAll(source, echartsScript, ""), bad) {
			t.Errorf("the report holds %q", bad)
		}
	}
	if strings.Contains(strings.ToLower(echartsScript), "</script") {
		t.Error("ECharts would end the script it is in")
	}
}

func TestReportEscapesNames(t *testing.T) {
	const evil = `</script><script>alert(1)</script>`
	r := sample(t, 200)
	r.Name, r.Network, r.Machine = evil, evil, evil
	r.Labels = append([]string{evil}, labels[1:]...)
	r.Recipe = []Fact{{evil, evil}}
	source := page(t, r)
	if strings.Contains(source, "<script>alert") {
		t.Error("a name became a script")
	}
	if got := strings.Count(source, "</script>"); got != 3 {
		t.Errorf("%d scripts end in the report, want 3", got)
	}
}

func TestPicturesAreThePixels(t *testing.T) {
	r := sample(t, 400)
	source := html.UnescapeString(page(t, r))
	found := regexp.MustCompile(`data:image/png;base64,([A-Za-z0-9+/=]+)" width="28"`).FindAllStringSubmatch(source, -1)
	if len(found) != 7 {
		t.Fatalf("%d pictures, want 7", len(found))
	}
	last := 2.0
	for i, f := range found {
		m := r.Sections[0].Set.Mistakes[i]
		if m.Confidence > last || m.Truth == m.Predicted {
			t.Errorf("mistake %d: class %d taken for %d with %v after %v", i, m.Truth, m.Predicted, m.Confidence, last)
		}
		last = m.Confidence
		b, err := base64.StdEncoding.DecodeString(f[1])
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		for p, want := range m.Pixels {
			if got, _, _, _ := picture.At(p%side, p/side).RGBA(); uint8(got>>8) != want {
				t.Fatalf("pixel %d of picture %d is %d, want %d", p, i, got>>8, want)
			}
		}
	}
}

// A set that is no test of the network is shown with the reason, and has no place at the head of the report.
func TestReportWarns(t *testing.T) {
	r := sample(t, 200)
	second := *r.Sections[0].Set
	second.Name, second.Warning = "Drawings", "It has seen these."
	r.Sections = append(r.Sections, Section{Set: &second})
	head, rest, _ := strings.Cut(page(t, r), "</header>")
	if strings.Contains(strings.ToLower(head), "drawings") || !strings.Contains(rest, `<p class="warning">It has seen these.</p>`) {
		t.Errorf("the report takes a set that was trained with for a measure: %s", head)
	}
}

// Bins of few images are points that no line joins: what is left of the line does not jump by chance.
func TestReliabilityOfFewImages(t *testing.T) {
	o := reliabilityDiagram([]metrics.Bin{
		{Count: 1, Confidence: 0.1, Accuracy: 1}, {Count: 4, Confidence: 0.3, Accuracy: 0}, {}, {Count: 5, Confidence: 0.6, Accuracy: 0.6}, {Count: 90, Confidence: 0.9, Accuracy: 0.8},
	}, lightInk)
	got := map[string][]any{}
	for _, s := range o["series"].([]any) {
		s := s.(map[string]any)
		for _, d := range s["data"].([]any) {
			got[s["name"].(string)] = append(got[s["name"].(string)], d.(map[string]any)["value"].([]any)...)
		}
		line, point := s["lineStyle"].(map[string]any)["opacity"], s["itemStyle"]
		if s["name"] == "few images" && (line != 0. || point.(map[string]any)["opacity"] != 0.35) {
			t.Errorf("few images have a line of opacity %v, and points %v", line, point)
		}
	}
	want := map[string][]any{"calibrated": {0., 0., 100., 100.}, "this network": {60., 60., 90., 80.}, "few images": {10., 100., 30., 0.}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
	if source := page(t, sample(t, 100)); !strings.Contains(source, "faint ones, which no line joins, are fewer than 5 ") {
		t.Error("the report does not say what faint points are")
	}
}

// A class without images has a precision if it was answered, and only then; what it means is said.
func TestPrecisionWithoutImages(t *testing.T) {
	r := sample(t, 400)
	const bag, shirt = 8, 6
	classes := r.Sections[0].Set.Summary.PerClass
	classes[bag] = metrics.Class{Predicted: 1}
	classes[shirt] = metrics.Class{}
	source := page(t, r)
	for _, want := range []string{
		"harmonic mean. There are no images of Bag (1 answer): all of these answers are wrong, hence a precision of 0.0\u00a0%.</figcaption>",
		`<tr><th scope="row">Bag</th><td>0</td><td>0.0` + "\u00a0" + `%</td><td>–</td><td>–</td></tr>`,
		`<tr><th scope="row">Shirt</th><td>0</td><td>–</td><td>–</td><td>–</td></tr>`,
	} {
		if !strings.Contains(source, want) {
			t.Errorf("the report lacks %q", want)
		}
	}
	if source := page(t, sample(t, 400)); strings.Contains(source, "There are no images of") {
		t.Error("a report of all classes says that some have no images")
	}
}

// The bars' values reach the chart as they are, with their mark, in both schemes.
func TestBars(t *testing.T) {
	b := sample(t, 100).Sections[1].Table.Bars
	for _, with := range []ink{lightInk, darkInk} {
		o := barChart(*b, "Spoiled", with)
		s := o["series"].([]any)[0].(map[string]any)
		var got []any
		for _, d := range s["data"].([]any) {
			d := d.(map[string]any)
			got = append(got, d["name"], d["value"])
		}
		want := []any{"noise: 81.2\u00a0%; photons", 81.2, "turn <left>: 10.0\u00a0%", 10.}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("bars (-want +got):\n%s", diff)
		}
		mark := s["markLine"].(map[string]any)["data"].([]any)[0].(map[string]any)["xAxis"]
		if mark != 90. || s["itemStyle"].(map[string]any)["color"] != with.second {
			t.Errorf("the mark is at %v, want 90", mark)
		}
	}
	if o := barChart(Bars{Bars: b.Bars}, "", lightInk); o["series"].([]any)[0].(map[string]any)["markLine"] != nil {
		t.Error("bars without a mark have one")
	}
}

func TestInWords(t *testing.T) {
	for cell, want := range map[string]bool{"": false, "–": false, "81.2 %": false, "(4.1–5.2 %)": false, "> 99.99 %": false, "Bag": true, "turned by 90°": true} {
		if inWords(cell) != want {
			t.Errorf("inWords(%q) is %v, want %v", cell, !want, want)
		}
	}
}

func TestReportWithoutItsParts(t *testing.T) {
	r := sample(t, 100)
	var b bytes.Buffer
	if err := EvaluationReport(&b, Report{Name: "bare", Labels: labels}); err != nil {
		t.Fatal(err)
	}
	for _, heading := range []string{"Learning, epoch by epoch", "The network", "What it cannot do", "How it was made", "What it learns from", "NaN", "0001"} {
		if strings.Contains(strings.ReplaceAll(b.String(), echartsScript, ""), heading) {
			t.Errorf("a bare report says %q", heading)
		}
	}
	for i := range r.History {
		r.History[i].ValLoss, r.History[i].ValAccuracy = math.NaN(), math.NaN()
	}
	r.History[0].LR = 0
	if source := page(t, r); strings.Contains(strings.ReplaceAll(source, echartsScript, ""), "NaN") {
		t.Error("a history without validation says NaN")
	}
	for i := range r.History {
		r.History[i].LR = 0 // as that of a run of a single step, whose rate ends at 0
	}
	if source := page(t, r); !strings.Contains(source, "Learning, epoch by epoch") {
		t.Error("without a learning rate above 0 the other curves are lost")
	}
}

func TestReportRefusesWhatDoesNotFit(t *testing.T) {
	for want, spoil := range map[string]func(*Report){
		"has no name":                  func(r *Report) { r.Name = "" },
		"has not the 9":                func(r *Report) { r.Labels = labels[:9] },
		"metrics.Evaluate":             func(r *Report) { r.Sections[0].Set.Summary = metrics.Summary{} },
		"between classes":              func(r *Report) { r.Sections[0].Set.Mistakes[0].Predicted = 10 },
		"has 2 cells, want 3":          func(r *Report) { r.Sections[1].Table.Rows[1] = r.Sections[1].Table.Rows[1][1:] },
		`"Photos" is no PNG`:           func(r *Report) { r.Sheets[0].PNG = []byte("GIF89a") },
		`"Spoiled <photos>" is no PNG`: func(r *Report) { r.Sections[1].Table.Sheet = []byte{} },
		"has 3 pixels, want":           func(r *Report) { r.Sections[0].Set.Mistakes[0].Pixels = []uint8{1, 2, 3} },
	} {
		r := sample(t, 200)
		spoil(&r)
		var b bytes.Buffer
		if err := TrainingReport(&b, r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
		if b.Len() > 0 {
			t.Errorf("%d bytes written in spite of the error %q", b.Len(), want)
		}
	}
}

func TestMistakesAreTheSurestOfEachConfusion(t *testing.T) {
	// Ten T-shirts taken for bags with certainty, two coats taken for shirts with less, and a hit.
	p := metrics.Predictions{Classes: 10}
	add := func(truth, said int, confidence float32) {
		row := make([]float32, 10)
		row[said], row[(said+1)%10] = confidence, 1-confidence
		p.Labels, p.Probs = append(p.Labels, uint8(truth)), append(p.Probs, row...)
	}
	for i := range 10 {
		add(0, 8, 1-float32(i)/100)
	}
	add(4, 6, 0.6)
	add(4, 6, 0.7)
	add(5, 5, 1)
	images := make([]uint8, p.N()*pixels)
	index := func(k int) (got []int) {
		for _, m := range MostConfident(images, p, k) {
			got = append(got, m.Index)
		}
		return got
	}
	for k, want := range map[int][]int{1: {0}, 2: {0, 11}, 4: {0, 1, 2, 11}, 20: {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 10}} {
		if diff := cmp.Diff(want, index(k)); diff != "" {
			t.Errorf("%d mistakes (-want +got):\n%s", k, diff)
		}
	}
}
