package site

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// paper is a report as internal/chart writes it: one file with everything in it.
func paper(kind string) string {
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'">
<style>p { color: red }</style>
</head>
<body>
<p class="eyebrow">Croquis · ` + kind + `</p>
<p>` + kind + `</p>
<i style="--share: 0.5"></i><b style="--share: 0.5"></b>
<script type="application/json" id="charts">[]</script>
<script>const charts = 1 < 2;</script>
<script>draw("` + kind + `");</script>
</body>
</html>
`
}

// others copies the network of models under other names.
func others(t testing.TB, dir string, names ...string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "lenet5.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name+".json"), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func find(assets []*asset, name string) *asset {
	i := slices.IndexFunc(assets, func(a *asset) bool { return a.name == name })
	if i < 0 {
		return &asset{}
	}
	return assets[i]
}

// The best network that is there is the page's, unless another is named; the smallest answers first.
func TestModels(t *testing.T) {
	dir := models(t)
	for _, tc := range []struct {
		add            []string
		wanted         string
		chosen, begins string
		list           string
	}{
		{nil, "", "lenet5", "lenet5", "lenet5"},
		{[]string{"another", "thesis"}, "", "thesis", "thesis", "thesis another lenet5"},
		{nil, "another", "another", "another", "another thesis lenet5"},
		{[]string{"tiny"}, "", "tiny", "tiny", "tiny thesis another lenet5"},
		{[]string{"croquis"}, "", "croquis", "tiny", "croquis tiny thesis another lenet5"},
		{nil, "thesis", "thesis", "tiny", "thesis croquis tiny another lenet5"},
	} {
		others(t, dir, tc.add...)
		got, labels, err := collectModels(Options{Models: dir, Default: tc.wanted})
		if err != nil || len(labels) != 10 || labels[3] != "class 3" {
			t.Fatalf("labels %v, %v", labels, err)
		}
		for _, a := range got {
			if a.chosen != (a.name == "model/"+tc.chosen+".json") || a.first != (a.name == "model/"+tc.begins+".json") {
				t.Errorf("%+v: %s is chosen: %v, first: %v", tc, a.name, a.chosen, a.first)
			}
		}
		var list struct{ Networks []network }
		if err := json.Unmarshal(find(got, modelsName).content, &list); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, n := range list.Networks {
			names = append(names, n.Name)
		}
		if s := strings.Join(names, " "); s != tc.list {
			t.Errorf("%+v: the networks are told in the order %s", tc, s)
		}
	}
}

func TestWhatIsToldOfNetworks(t *testing.T) {
	dir := models(t)
	others(t, dir, "other")
	got, _, err := collectModels(Options{Models: dir})
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Networks []network }
	if err := json.Unmarshal(find(got, modelsName).content, &list); err != nil {
		t.Fatal(err)
	}
	size := len(find(got, "model/lenet5.json").content)
	want := []network{{
		Name: "lenet5", Parameters: list.Networks[0].Parameters, MACs: list.Networks[0].MACs, Bytes: size, Weights: "int8",
		Photos:   &accuracy{N: 8, Top1: 0.75, Interval: [2]float64{0.4, 0.9}},
		Training: "model/lenet5.report.html", Evaluation: "model/lenet5.evaluation.html", Card: "model/lenet5.card.html",
	}, {
		Name: "other", Parameters: list.Networks[1].Parameters, MACs: list.Networks[1].MACs, Bytes: size, Weights: "int8",
	}}
	if diff := cmp.Diff(want, list.Networks); diff != "" || list.Networks[0].Parameters == 0 || list.Networks[0].MACs == 0 {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Figures on drawings are those on drawings that the network had not seen, or none.
func TestDrawingsThatAreNew(t *testing.T) {
	dir := models(t)
	path := filepath.Join(dir, "lenet5.evaluation.json")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const seen = `"drawings": {"n": 9, "top1": 1, "top1_interval": [0.7, 1], "trained_on": true}`
	for more, want := range map[string]*accuracy{
		`"drawings": {"n": 9, "top1": 0.5, "top1_interval": [0.3, 0.7]}`: {N: 9, Top1: 0.5, Interval: [2]float64{0.3, 0.7}},
		seen: nil,
		seen + `, "cross_validation": {"drawings": {"n": 9, "top1": 0.6, "top1_interval": [0.4, 0.8]}}`: {
			N: 9, Top1: 0.6, Interval: [2]float64{0.4, 0.8}, CrossValidated: true},
	} {
		if err := os.WriteFile(path, []byte(strings.TrimSuffix(string(b), "}")+", "+more+"}"), 0o644); err != nil {
			t.Fatal(err)
		}
		got, _, err := collectModels(Options{Models: dir})
		if err != nil {
			t.Fatal(err)
		}
		var list struct{ Networks []network }
		if err := json.Unmarshal(find(got, modelsName).content, &list); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, list.Networks[0].Drawings); diff != "" {
			t.Errorf("%s (-want +got):\n%s", more, diff)
		}
	}
}

// Reports lie in the site without anything that its policy forbids, and share what is the same in them.
func TestPapers(t *testing.T) {
	got, _, err := collectModels(Options{Models: models(t)})
	if err != nil {
		t.Fatal(err)
	}
	for kind, file := range map[string]string{"training": "model/lenet5.report.html", "evaluation": "model/lenet5.evaluation.html"} {
		a := find(got, file)
		html := string(a.content)
		if !strings.Contains(html, `<a href="../?tab=network">Croquis</a> · `+kind) {
			t.Errorf("%s has no way back to the page:\n%s", file, html)
		}
		for _, forbidden := range []string{"<style", "<script>", " style="} {
			if strings.Contains(html, forbidden) {
				t.Errorf("%s has %s in it:\n%s", file, forbidden, html)
			}
		}
		if !a.stable || a.first || !strings.Contains(html, "<p>"+kind+"</p>") || !strings.Contains(html, `<script type="application/json" id="charts">[]</script>`) {
			t.Errorf("%s: %+v\n%s", file, a, html)
		}
	}
	var pieces []string
	ofCard := regexp.MustCompile(`^:root|main\.text`)
	if rules := string(find(got, "model/report-rules.css").content); strings.Count(rules, `[data-style="--share: 0.5"] { --share: 0.5 }`) != 1 {
		t.Errorf("the rules of all reports: %s", rules)
	}
	for _, a := range got {
		if strings.HasPrefix(a.name, "model/report-") && a.name != "model/report-rules.css" && !ofCard.Match(a.content) {
			pieces = append(pieces, fmt.Sprintf("%s %s", filepath.Ext(a.name), a.content))
		}
	}
	slices.Sort(pieces)
	if diff := cmp.Diff([]string{".css p { color: red }", ".js const charts = 1 < 2;", `.js draw("evaluation");`, `.js draw("training");`}, pieces); diff != "" {
		t.Errorf("pieces (-want +got):\n%s", diff)
	}
	card := find(got, "model/lenet5.card.html")
	if html := string(card.content); !card.stable || card.first || strings.Contains(html, "<style") ||
		!strings.Contains(html, `<a href="../?tab=network">Croquis</a> · model card`) || !strings.Contains(html, "<p>It names garments.</p>") {
		t.Errorf("card: %+v\n%s", card, html)
	}
}

func TestModelErrors(t *testing.T) {
	dir := models(t)
	fails := func(o Options, words ...string) {
		t.Helper()
		_, _, err := collectModels(o)
		for _, w := range words {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("error %v lacks %q", err, w)
			}
		}
	}
	write := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	fails(Options{Models: dir, Default: "none"}, "none.json")
	fails(Options{Models: t.TempDir()}, "make train")
	write("lenet5.report.html", "<p>")
	fails(Options{Models: dir}, "lenet5.report.html", "charset")
	write("lenet5.report.html", strings.Replace(paper("training"), "eyebrow", "brow", 1))
	fails(Options{Models: dir}, "lenet5.report.html", "eyebrow", "cmd/train")
	write("lenet5.evaluation.json", `{"model": {"sha256": "0"}}`)
	fails(Options{Models: dir}, "lenet5.evaluation.json", "evaluate it again")
	write("lenet5.evaluation.json", "[]")
	fails(Options{Models: dir}, "lenet5.evaluation.json")
	b, err := os.ReadFile(filepath.Join(dir, "lenet5.json"))
	if err != nil {
		t.Fatal(err)
	}
	write("bad.json", string(b[:len(b)-5]))
	fails(Options{Models: dir}, "bad.json")
}
