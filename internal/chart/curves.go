package chart

import (
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// curve is one line of a chart of the epochs.
type curve struct {
	name   string
	colour string
	value  func(Epoch) float64
	step   bool
	dashed bool
}

// epochCurves describes lines over the epochs with their names at their ends. axis is "value" or "log"; unit follows the
// numbers on it.
func epochCurves(r Report, with ink, axis, unit string, curves ...curve) map[string]any {
	c := charts.NewLine()
	c.SetGlobalOptions(append(quiet(with),
		charts.WithXAxisOpts(opts.XAxis{
			Type: "value", Min: 1, Max: max(2, len(r.History)), MinInterval: 1,
			AxisLabel: &opts.AxisLabel{Color: with.quiet, FontFamily: fontStack},
			AxisLine:  &opts.AxisLine{LineStyle: &opts.LineStyle{Color: with.line}},
			AxisTick:  &opts.AxisTick{Show: opts.Bool(false)},
			SplitLine: &opts.SplitLine{Show: opts.Bool(false)},
		}),
		charts.WithYAxisOpts(opts.YAxis{
			Type: axis, Scale: opts.Bool(true), SplitNumber: 4,
			AxisLabel: &opts.AxisLabel{Color: with.quiet, FontFamily: fontStack, Formatter: types.FuncStr("{value}" + unit)},
			SplitLine: &opts.SplitLine{LineStyle: &opts.LineStyle{Color: with.grid}},
		}),
		charts.WithTooltipOpts(opts.Tooltip{Trigger: "axis"}),
	)...)
	for _, k := range curves {
		data := make([]opts.LineData, 0, len(r.History))
		for _, e := range r.History {
			if v := k.value(e); !math.IsNaN(v) && !math.IsInf(v, 0) {
				data = append(data, opts.LineData{Value: [2]float64{float64(e.Epoch), rounded(v)}})
			}
		}
		if len(data) == 0 {
			continue
		}
		line := opts.LineStyle{Color: k.colour, Width: 2}
		if k.dashed {
			line.Type = "dashed"
		}
		chart := opts.LineChart{ShowSymbol: opts.Bool(len(data) == 1), Symbol: "circle"}
		if k.step {
			chart.Step = "start"
		}
		c.AddSeries(k.name, data,
			charts.WithLineChartOpts(chart),
			charts.WithLineStyleOpts(line),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: k.colour}),
		)
	}
	return options(&c.BaseConfiguration, func(o map[string]any) {
		o["aria"] = map[string]any{"enabled": true}
		o["grid"] = map[string]any{"left": 4, "right": 84, "top": 22, "bottom": 4, "containLabel": true}
		o["tooltip"].(map[string]any)["confine"] = true
		offsets := apart(r, curves)
		series, _ := o["series"].([]any) // none where nothing has a place, as rates that are all 0 have not on a logarithmic axis
		for i, s := range series {
			s := s.(map[string]any)
			s["endLabel"] = map[string]any{
				"show": true, "formatter": "{a}", "color": s["itemStyle"].(map[string]any)["color"],
				"fontFamily": fontStack, "fontSize": 12, "fontWeight": 600, "distance": 6,
				"offset": []float64{0, offsets[s["name"].(string)]},
			}
			if i == 0 && r.Chosen > 0 && r.Chosen < len(r.History) {
				s["markLine"] = map[string]any{
					"silent": true, "symbol": "none", "animation": false,
					"lineStyle": map[string]any{"color": with.line, "type": "dotted", "width": 1.5},
					"label":     map[string]any{"formatter": "kept", "color": with.quiet, "fontFamily": fontStack, "fontSize": 11, "position": "end", "rotate": 0, "distance": 4},
					"data":      []any{map[string]any{"xAxis": r.Chosen}},
				}
			}
		}
	})
}

// apart says by how many pixels (downwards) the names of two curves that end close together move, so that both can be
// read; ECharts keeps other labels apart, but not those at the ends of lines.
func apart(r Report, curves []curve) map[string]float64 {
	type end struct {
		name string
		at   float64
	}
	var ends []end
	low, high := math.Inf(1), math.Inf(-1)
	for _, k := range curves {
		last := math.NaN()
		for _, e := range r.History {
			if v := k.value(e); !math.IsNaN(v) && !math.IsInf(v, 0) {
				last, low, high = v, math.Min(low, v), math.Max(high, v)
			}
		}
		if !math.IsNaN(last) {
			ends = append(ends, end{k.name, last})
		}
	}
	offsets := map[string]float64{}
	if len(ends) == 2 && math.Abs(ends[0].at-ends[1].at) < 0.09*(high-low) {
		upper, lower := ends[0], ends[1]
		if upper.at < lower.at {
			upper, lower = lower, upper
		}
		offsets[upper.name], offsets[lower.name] = -8, 8
	}
	return offsets
}

// rounded keeps five digits, which is more than a curve shows.
func rounded(v float64) float64 {
	if v == 0 {
		return 0
	}
	scale := math.Pow(10, 4-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}

func accuracyCurves(r Report, with ink) map[string]any {
	return epochCurves(r, with, "value", percentSign,
		curve{name: "training", colour: with.first, value: func(e Epoch) float64 { return 100 * e.Accuracy }, dashed: true},
		curve{name: "validation", colour: with.second, value: func(e Epoch) float64 { return 100 * e.ValAccuracy }})
}

func lossCurves(r Report, with ink) map[string]any {
	return epochCurves(r, with, "value", "",
		curve{name: "training", colour: with.first, value: func(e Epoch) float64 { return e.Loss }, dashed: true},
		curve{name: "validation", colour: with.second, value: func(e Epoch) float64 { return e.ValLoss }})
}

func rateCurve(r Report, with ink) map[string]any {
	return epochCurves(r, with, "log", "",
		curve{name: "rate", colour: with.first, value: func(e Epoch) float64 {
			if e.LR <= 0 {
				return math.NaN() // no place on a logarithmic axis
			}
			return e.LR
		}, step: true})
}

// quiet is what every chart of a report shares: no legend, no motion.
func quiet(with ink) []charts.GlobalOpts {
	return []charts.GlobalOpts{
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTitleOpts(opts.Title{Show: opts.Bool(false)}),
		charts.WithAnimation(false),
	}
}
