package chart

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"image/png"
	"strings"
	"unicode"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Table is a section with figures in rows, below a chart of bars if there is one. Every row has as many cells as Head.
type Table struct {
	Title string
	Note  string
	Head  []string
	Rows  [][]string
	Bars  *Bars
	Sheet []byte // a PNG of what the figures are of, below them; may be nil
}

// Bars compares shares.
type Bars struct {
	Caption string
	Bars    []Bar
	Mark    float64 // a line across all bars; 0: none
}

// Bar is a share from 0 to 1 with its name and what one is told who asks.
type Bar struct {
	Name  string
	Value float64
	About string
}

// Sheet is a picture of many pictures.
type Sheet struct {
	Title string
	Note  string
	PNG   []byte
}

type tableView struct {
	Table
	Chart  int      // number of the chart; meaningless without Bars
	Height int      // of the chart in CSS pixels
	Paper  int      // and on paper
	Kinds  []string // of the columns, as classes of the style sheet
	Shown  *sheetView
}

type sheetView struct {
	Title, Note   string
	Picture       template.URL
	Width, Height int
}

// Heights of a bar with its gap, and of the axis below the bars, in CSS pixels.
const (
	barHeight  = 26
	paperBar   = 18
	axisHeight = 40
)

// table prepares a table and the chart above it.
func (v *view) table(r Report, t *Table) (*tableView, error) {
	one := &tableView{Table: *t, Kinds: ColumnKinds(len(t.Head), t.Rows)}
	if b := t.Bars; b != nil {
		one.Chart = v.add(func(with ink) map[string]any { return barChart(*b, t.Title, with) })
		one.Height, one.Paper = axisHeight+barHeight*len(b.Bars), axisHeight+paperBar*len(b.Bars)
	}
	if t.Sheet != nil {
		shown, err := r.sheet(Sheet{Title: t.Title, PNG: t.Sheet})
		if err != nil {
			return nil, err
		}
		one.Shown = &shown
	}
	return one, nil
}

// sheet turns a contact sheet into a data URI.
func (r *Report) sheet(s Sheet) (sheetView, error) {
	size, err := png.DecodeConfig(bytes.NewReader(s.PNG))
	if err != nil {
		return sheetView{}, fmt.Errorf("chart: report of %q: the sheet %q is no PNG: %w", r.Name, s.Title, err)
	}
	uri := template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(s.PNG))
	return sheetView{s.Title, s.Note, uri, size.Width, size.Height}, nil
}

// ColumnKinds gives the columns of a table their classes of the style sheet. It says which hold text that may be broken into
// lines: all with a cell that is no number, interval, dash or blank. Text of more than a line of a phone wants a wide column there.
func ColumnKinds(columns int, rows [][]string) []string {
	kinds := make([]string, columns)
	for _, row := range rows {
		for i, cell := range row {
			switch {
			case len(cell) > 40:
				kinds[i] = "words long"
			case kinds[i] == "" && inWords(cell):
				kinds[i] = "words"
			}
		}
	}
	return kinds
}

func inWords(cell string) bool {
	for _, c := range strings.TrimLeft(cell, "(−-–> ") {
		return !unicode.IsDigit(c)
	}
	return false
}

// barChart describes horizontal bars, the first on top.
func barChart(b Bars, title string, with ink) map[string]any {
	var names []string
	var data []opts.BarData
	for _, one := range b.Bars {
		names = append(names, one.Name)
		name := one.Name + ": " + percent(one.Value, 1)
		if one.About != "" {
			name += "; " + one.About
		}
		data = append(data, opts.BarData{Name: name, Value: rounded(100 * one.Value)})
	}
	c := charts.NewBar()
	off := opts.Bool(false)
	c.SetGlobalOptions(append(quiet(with),
		charts.WithXAxisOpts(opts.XAxis{
			Type: "value", Min: 0, Max: 100,
			AxisLabel: &opts.AxisLabel{Color: with.quiet, FontFamily: fontStack, Formatter: types.FuncStr("{value}" + percentSign)},
			SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: with.grid}},
		}),
		charts.WithYAxisOpts(opts.YAxis{
			Type: "category", Data: names, Inverse: opts.Bool(true), AxisLine: &opts.AxisLine{Show: off},
			AxisLabel: &opts.AxisLabel{Color: with.text, FontFamily: fontStack, FontSize: 12, Interval: "0"},
		}),
		charts.WithTooltipOpts(opts.Tooltip{Trigger: "item", Formatter: "{b}"}),
	)...)
	c.AddSeries("share", data, charts.WithItemStyleOpts(opts.ItemStyle{Color: with.second}))
	return options(&c.BaseConfiguration, func(o map[string]any) {
		o["aria"] = map[string]any{"enabled": true, "label": map[string]any{"description": "Bars: " + title + "; the same numbers are in the table below."}}
		o["grid"] = map[string]any{"left": 4, "right": 20, "top": 8, "bottom": 4, "containLabel": true}
		tooltip := o["tooltip"].(map[string]any)
		tooltip["confine"] = true
		tooltip["extraCssText"] = "white-space: normal; max-width: 300px"
		o["yAxis"].([]any)[0].(map[string]any)["axisTick"] = map[string]any{"show": false}
		o["xAxis"].([]any)[0].(map[string]any)["interval"] = 25
		s := o["series"].([]any)[0].(map[string]any)
		s["barWidth"] = "62%"
		s["itemStyle"].(map[string]any)["borderRadius"] = []int{0, 3, 3, 0}
		if b.Mark > 0 {
			s["markLine"] = map[string]any{
				"silent": true, "symbol": "none", "animation": false,
				"lineStyle": map[string]any{"color": with.first, "type": "dashed", "width": 1.5},
				"label":     map[string]any{"show": false},
				"data":      []any{map[string]any{"xAxis": rounded(100 * b.Mark)}},
			}
		}
	})
}
