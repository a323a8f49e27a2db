package chart

import (
	"fmt"
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"

	"croquis/internal/figure"
	"croquis/internal/metrics"
)

// few is the number of images below which a bin is no point of the line: how many of them are right is chance.
const few = 5

// reliabilityDiagram describes how often the network is right (upwards) when it is so sure (rightwards); a calibrated one
// lies on the diagonal. A point's area grows with the number of images in its bin. Bins of few images are points beside the line.
func reliabilityDiagram(bins []metrics.Bin, with ink) map[string]any {
	total := 0
	for _, b := range bins {
		total += b.Count
	}
	var points, chance []opts.LineData
	for _, b := range bins {
		if b.Count == 0 {
			continue
		}
		point := opts.LineData{
			Name: fmt.Sprintf("%s images, %s sure on average, right in %s of them",
				figure.Thousands(b.Count), percent(b.Confidence, 1), percent(b.Accuracy, 1)),
			Value:      [2]float64{rounded(100 * b.Confidence), rounded(100 * b.Accuracy)},
			SymbolSize: int(math.Round(5 + 25*math.Sqrt(float64(b.Count)/float64(total)))),
		}
		if b.Count < few {
			chance = append(chance, point)
		} else {
			points = append(points, point)
		}
	}
	c := charts.NewLine()
	label := func(unit string) *opts.AxisLabel {
		return &opts.AxisLabel{Color: with.quiet, FontFamily: fontStack, Formatter: types.FuncStr("{value}" + unit)}
	}
	rule := &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: with.grid}}
	c.SetGlobalOptions(append(quiet(with),
		charts.WithXAxisOpts(opts.XAxis{
			Type: "value", Min: 0, Max: 100, AxisLabel: label(percentSign), SplitLine: rule,
			Name: "how sure", NameLocation: "middle", NameGap: 28,
			AxisLine: &opts.AxisLine{Show: opts.Bool(false)},
		}),
		charts.WithYAxisOpts(opts.YAxis{
			Type: "value", Min: 0, Max: 100, AxisLabel: label(percentSign), SplitLine: rule,
			Name: "how often right", NameLocation: "middle", NameGap: 44,
		}),
		charts.WithTooltipOpts(opts.Tooltip{Trigger: "item", Formatter: "{b}"}),
	)...)
	c.AddSeries("calibrated", []opts.LineData{{Value: [2]int{0, 0}}, {Value: [2]int{100, 100}}},
		charts.WithLineChartOpts(opts.LineChart{ShowSymbol: opts.Bool(false), Symbol: "none"}),
		charts.WithLineStyleOpts(opts.LineStyle{Color: with.line, Width: 1.5, Type: "dashed"}))
	c.AddSeries("this network", points,
		charts.WithLineChartOpts(opts.LineChart{ShowSymbol: opts.Bool(true), Symbol: "circle"}),
		charts.WithLineStyleOpts(opts.LineStyle{Color: with.second, Width: 1.5}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: with.second, Opacity: opts.Float(0.85)}))
	c.AddSeries("few images", chance,
		charts.WithLineChartOpts(opts.LineChart{ShowSymbol: opts.Bool(true), Symbol: "circle"}),
		charts.WithLineStyleOpts(opts.LineStyle{Color: with.second, Opacity: opts.Float(0)}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: with.second, Opacity: opts.Float(0.35)}))
	return options(&c.BaseConfiguration, func(o map[string]any) {
		o["aria"] = map[string]any{"enabled": true, "label": map[string]any{"description": "Reliability diagram: how often the network is right against how sure it is."}}
		o["grid"] = map[string]any{"left": 56, "right": 16, "top": 12, "bottom": 44}
		o["tooltip"].(map[string]any)["confine"] = true
		name := map[string]any{"color": with.quiet, "fontFamily": fontStack, "fontSize": 12}
		o["xAxis"].([]any)[0].(map[string]any)["nameTextStyle"] = name
		o["yAxis"].([]any)[0].(map[string]any)["nameTextStyle"] = name
		s := o["series"].([]any)
		s[0].(map[string]any)["silent"] = true
		s[0].(map[string]any)["tooltip"] = map[string]any{"show": false}
	})
}
