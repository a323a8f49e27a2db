// Package sketch holds drawings as what they are, strokes, and turns them into the 28×28 picture a network sees.
//
// One rasteriser serves the page, the trainer and the evaluator, so that what a network learned is what it is shown.
// Pictures are fitted as Fashion-MNIST's photos are: the longest side of the ink's bounding box spans the 28 pixels
// and the bounding box is centred (not the centre of mass, as MNIST's digits are).
package sketch

import (
	"errors"
	"fmt"
	"math"
)

// Side is the width and height of a rasterised drawing in pixels.
const Side = 28

// Limits on what is accepted as a drawing. They are far above what a hand can draw and keep every call bounded.
const (
	// MaxCoordinate is the largest absolute coordinate. Beyond it float32 no longer resolves a sixteenth of a unit.
	MaxCoordinate = 1 << 20
	// MaxPoints is the largest number of points of one drawing.
	MaxPoints = 1 << 20
)

// ErrCoordinate is wrapped by errors about points that are NaN, infinite or beyond MaxCoordinate.
var ErrCoordinate = errors.New("sketch: coordinate is not a number of a usable size")

// ErrTooManyPoints is wrapped by errors about drawings of more than MaxPoints points.
var ErrTooManyPoints = errors.New("sketch: too many points")

// Point is a position on the drawing surface; x grows to the right and y downwards, in any unit.
type Point struct{ X, Y float32 }

// Stroke is the path of the pen from where it touched the surface to where it left it. A stroke of one point is a dot.
type Stroke []Point

// NoLabel is the Label of a drawing whose class is not known.
const NoLabel = -1

// Drawing is one drawing of a collection.
type Drawing struct {
	KeyID   string // Quick, Draw!'s identifier, a decimal number
	Word    string // what the drawer was asked for
	Label   int    // the class, from 0, or NoLabel
	Strokes []Stroke
	Styles  []Style // one for each stroke, or none, for Standard ones
}

// Box is an axis-aligned rectangle that holds its borders.
type Box struct{ MinX, MinY, MaxX, MaxY float32 }

// Extent returns the longer side of the box.
func (b Box) Extent() float64 {
	return max(float64(b.MaxX)-float64(b.MinX), float64(b.MaxY)-float64(b.MinY))
}

// Bounds returns the bounding box of all points and their number. With no points the box is zero.
// It fails with ErrCoordinate or ErrTooManyPoints.
func Bounds(strokes []Stroke) (Box, int, error) {
	b := Box{math.MaxFloat32, math.MaxFloat32, -math.MaxFloat32, -math.MaxFloat32}
	n := 0
	for i, s := range strokes {
		n += len(s)
		if n > MaxPoints {
			return Box{}, 0, fmt.Errorf("%w: more than %d", ErrTooManyPoints, MaxPoints)
		}
		for j, p := range s {
			// One comparison that NaN fails as well.
			if !(p.X >= -MaxCoordinate && p.X <= MaxCoordinate && p.Y >= -MaxCoordinate && p.Y <= MaxCoordinate) {
				return Box{}, 0, fmt.Errorf("%w: stroke %d, point %d is (%v, %v); the limit is ±%d",
					ErrCoordinate, i, j, p.X, p.Y, MaxCoordinate)
			}
			b.MinX, b.MaxX = min(b.MinX, p.X), max(b.MaxX, p.X)
			b.MinY, b.MaxY = min(b.MinY, p.Y), max(b.MaxY, p.Y)
		}
	}
	if n == 0 {
		return Box{}, 0, nil
	}
	return b, n, nil
}

// Fit is the similarity that places a drawing in the frame: u = (x − CenterX)·Scale, v = (y − CenterY)·Scale, where
// (0, 0) is the middle of the frame and pixel i's centre lies at i − 13.5.
type Fit struct{ Scale, CenterX, CenterY float64 }

// FitTo returns the fit that makes the longest side of the box's ink, drawn with a pen width pixels wide, span the
// frame. The ink reaches half a width beyond the points, so the points themselves span Side − width.
func FitTo(b Box, width float32) Fit {
	return Fit{
		Scale:   (Side - float64(width)) / b.Extent(),
		CenterX: (float64(b.MinX) + float64(b.MaxX)) / 2,
		CenterY: (float64(b.MinY) + float64(b.MaxY)) / 2,
	}
}

// apply returns p in the frame's centred coordinates.
func (f Fit) apply(p Point) Point {
	return Point{
		X: float32((float64(p.X) - f.CenterX) * f.Scale),
		Y: float32((float64(p.Y) - f.CenterY) * f.Scale),
	}
}
