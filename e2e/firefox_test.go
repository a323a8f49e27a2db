package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// withoutFirefox is the environment variable that, if it is "none", leaves these tests out: make test FIREFOX=none.
const withoutFirefox = "CROQUIS_FIREFOX"

// preferences keep Firefox from asking other hosts for anything, and from animating.
const preferences = `user_pref("app.update.disabledForTesting", true);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("ui.prefersReducedMotion", 1);
`

// fox is the page in Firefox.
type fox struct {
	t       *testing.T
	ctx     context.Context
	session *bidi
	window  string // the browsing context

	mu       sync.Mutex
	console  []string // errors and warnings
	requests []string // addresses of all requests
}

// findFirefox returns Firefox's path. That there is none fails the test, unless somebody has said that there need not be.
func findFirefox(t *testing.T) string {
	t.Helper()
	if os.Getenv(withoutFirefox) == "none" {
		t.Skipf("NOT RUN: %s=none leaves Firefox out", withoutFirefox)
	}
	for _, name := range []string{"firefox", "firefox-esr", "/Applications/Firefox.app/Contents/MacOS/firefox", `C:\Program Files\Mozilla Firefox\firefox.exe`} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatalf("there is no Firefox: on Debian run 'apt-get install firefox-esr' (as root, make test does it), elsewhere install Firefox; "+
		"or say that it is to be left out, by 'make test FIREFOX=none' or %s=none", withoutFirefox)
	return ""
}

// openFox starts Firefox as it comes, with a new profile and an empty cache.
func openFox(t *testing.T) *fox {
	t.Helper()
	program := findFirefox(t)
	profile := t.TempDir()
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(preferences), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
	t.Cleanup(cancel)
	f := &fox{t: t, ctx: ctx}
	address := startBidi(t, program, "--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", profile)
	var err error
	if f.session, err = dialBidi(ctx, address, f.listen); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The test's own context has ended by now.
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := f.session.call(ctx, "browser.close", map[string]any{}, nil); err != nil {
			t.Error(err)
		}
	})
	var tree struct{ Contexts []struct{ Context string } }
	f.call("browsingContext.getTree", map[string]any{}, &tree)
	f.window = tree.Contexts[0].Context
	f.call("session.subscribe", map[string]any{"events": []string{"log.entryAdded", "network.beforeRequestSent"}}, nil)
	f.call("browsingContext.setViewport", map[string]any{"context": f.window, "viewport": map[string]any{"width": 1280, "height": 800}}, nil)
	f.call("script.addPreloadScript", map[string]any{"functionDeclaration": "() => {" + violations + "}"}, nil)
	return f
}

// visit goes to a page and waits for its network.
func (f *fox) visit(address string) {
	f.t.Helper()
	f.call("browsingContext.navigate", map[string]any{"context": f.window, "url": address, "wait": "complete"}, nil)
	f.ready()
}

// ready waits until the page's network is loaded.
func (f *fox) ready() {
	f.t.Helper()
	f.until("window.croquis")
	foxEval[any](f, "croquis.ready.then(() => null)")
	f.until(networkShown)
}

func (f *fox) listen(method string, params json.RawMessage) {
	var event struct {
		Type, Level, Text, Method string
		Request                   struct{ URL string }
	}
	if json.Unmarshal(params, &event) != nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch method {
	case "log.entryAdded":
		if event.Level == "error" || event.Type == "console" && event.Level == "warn" {
			f.console = append(f.console, event.Text)
		}
	case "network.beforeRequestSent":
		f.requests = append(f.requests, event.Request.URL)
	}
}

func (f *fox) call(method string, params map[string]any, into any) {
	f.t.Helper()
	if err := f.session.call(f.ctx, method, params, into); err != nil {
		f.t.Fatalf("%v\nthe page's console: %q", err, f.log())
	}
}

func (f *fox) log() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.console)
}

// foxEval is eval, in Firefox.
func foxEval[T any](f *fox, expression string) T {
	f.t.Helper()
	value, err := tryFoxEval[T](f, expression)
	if err != nil {
		f.t.Fatalf("%s: %v\nthe page's console: %q", expression, err, f.log())
	}
	return value
}

func tryFoxEval[T any](f *fox, expression string) (value T, err error) {
	var out struct {
		Type             string
		Result           struct{ Value string }
		ExceptionDetails struct{ Text string }
	}
	err = f.session.call(f.ctx, "script.evaluate", map[string]any{
		"expression": "(async () => JSON.stringify(await (" + expression + ") ?? null))()", "target": map[string]any{"context": f.window}, "awaitPromise": true,
	}, &out)
	if err != nil {
		return value, err
	}
	if out.Type != "success" {
		return value, errors.New(out.ExceptionDetails.Text)
	}
	return value, json.Unmarshal([]byte(out.Result.Value), &value)
}

// until waits for a condition, an expression in the page. While the page loads it cannot be asked.
func (f *fox) until(condition string) {
	f.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		met, err := tryFoxEval[bool](f, "!!("+condition+")")
		if met && err == nil {
			return
		}
		if time.Now().After(end) {
			f.t.Fatalf("the page has not come to %s in %v (%v)\nit shows %+v\nits console: %q", condition, patience, err, foxEval[shown](f, showing), f.log())
		}
	}
}

// look is what a visitor sees when the page has answered the last change of the drawing.
func (f *fox) look() shown {
	f.t.Helper()
	foxEval[any](f, settling)
	return foxEval[shown](f, showing)
}

// mouse draws a line with the mouse: by the browser's own input, not by events that a script makes up.
func (f *fox) mouse(corners ...point) {
	f.t.Helper()
	box := foxEval[[4]float64](f, sheetBox)
	var actions []map[string]any
	for i, q := range along(box, corners) {
		actions = append(actions, map[string]any{"type": "pointerMove", "x": int(q[0]), "y": int(q[1]), "duration": 0})
		if i == 0 {
			actions = append(actions, map[string]any{"type": "pointerDown", "button": 0})
		}
	}
	actions = append(actions, map[string]any{"type": "pointerUp", "button": 0})
	f.perform(map[string]any{"type": "pointer", "id": "mouse", "parameters": map[string]any{"pointerType": "mouse"}, "actions": actions})
}

// keys presses keys one after the other, each by WebDriver's code for it.
func (f *fox) keys(keys ...string) {
	f.t.Helper()
	var actions []map[string]any
	for _, k := range keys {
		actions = append(actions, map[string]any{"type": "keyDown", "value": k}, map[string]any{"type": "keyUp", "value": k})
	}
	f.perform(map[string]any{"type": "key", "id": "keyboard", "actions": actions})
}

func (f *fox) perform(source map[string]any) {
	f.t.Helper()
	f.call("input.performActions", map[string]any{"context": f.window, "actions": []any{source}}, nil)
}

// WebDriver's codes of keys.
const (
	foxTab              = "\uE004"
	foxLeft, foxUp      = "\uE012", "\uE013"
	foxRight, foxBottom = "\uE014", "\uE015"
)

// The smoke test in Firefox: a drawing by mouse is named, one by keyboard too, and nothing complains.
func TestFirefox(t *testing.T) {
	t.Parallel()
	f := openFox(t)
	home := served(t, nil).URL
	f.visit(home + "/")
	f.draws()
	foxEval[any](f, "document.getElementById('clear').click()")
	checkBlank(t, f.look())

	for presses := 0; foxEval[string](f, "document.activeElement.id") != "canvas"; presses++ {
		if presses > 60 {
			t.Fatal("Tab does not come to the sheet")
		}
		f.keys(foxTab)
	}
	square := []string{" "}
	for _, direction := range []string{foxRight, foxBottom, foxLeft, foxUp} {
		square = append(square, slices.Repeat([]string{direction}, 12)...)
	}
	f.keys(append(square, " ")...)
	s := f.look()
	checkAnswer(t, s)
	if !s.Drawn {
		t.Error("nothing is painted by keyboard")
	}
	f.quiet(10, func(address string) bool { return sameHost(address, home) })
}

// draws checks that the page does what it is for, and as fast as it can.
func (f *fox) draws() {
	f.t.Helper()
	checkBlank(f.t, f.look())
	f.mouse(shirt...)
	s := f.look()
	checkAnswer(f.t, s)
	if !s.Drawn {
		f.t.Error("nothing is painted on the sheet")
	}
	kernel := foxEval[string](f, "croquis.ready.then((c) => c.info.kernel)")
	f.t.Logf("%s, kernel %s", foxEval[string](f, "navigator.userAgent"), kernel)
	if kernel == "portable" {
		f.t.Error("it computes without SIMD, which every Firefox since 89 has")
	}
}

// quiet fails the test if the page has complained, or asked for anything that is not its own. So many requests at least are to be
// seen.
func (f *fox) quiet(least int, own func(address string) bool) {
	f.t.Helper()
	if l := f.log(); len(l) > 0 {
		f.t.Errorf("the page's console: %q", l)
	}
	if v := foxEval[[]string](f, "violations"); len(v) > 0 {
		f.t.Errorf("the content security policy was violated: %q", v)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.requests) < least {
		f.t.Errorf("only %d requests were seen: %q", len(f.requests), f.requests)
	}
	for _, r := range f.requests {
		if !own(r) {
			f.t.Errorf("the page asks for %s", r)
		}
	}
}

// sameHost says whether an address leads to no other host.
func sameHost(address, host string) bool {
	for _, prefix := range []string{host + "/", "data:", "blob:" + host + "/"} {
		if strings.HasPrefix(address, prefix) {
			return true
		}
	}
	return false
}
