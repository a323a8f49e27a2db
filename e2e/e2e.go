// Package e2e tests the page in a real browser: built as it is shipped, served by the project's own server, driven by real
// pointer events. It has nothing but tests; this file only says so.
//
// Tests run side by side, each with a browser to itself. Where time matters, as with frames, taps that follow each other or a
// clock that is hurried, a test does without t.Parallel and so runs alone.
package e2e
