package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// languages makes a tab's browser prefer languages.
func (p *tab) languages(tags string) {
	p.t.Helper()
	agent := eval[string](p, "navigator.userAgent")
	p.do(emulation.SetUserAgentOverride(agent).WithAcceptLanguage(tags), chromedp.Reload())
	p.ready()
}

// speak chooses another language than the page's, which loads the page anew.
func (p *tab) speak(tag string) {
	p.t.Helper()
	p.do(chromedp.SetValue("#language", tag, chromedp.ByQuery)) // says "change", as a visitor's choice does
	p.until("document.documentElement.lang === '" + tag + "' && window.croquis")
	p.ready()
}

// tagline is what language the page says it speaks, and a sentence of it.
func (p *tab) tagline() (tag, sentence string) {
	p.t.Helper()
	both := eval[[2]string](p, "[document.documentElement.lang, document.querySelector('header p').textContent]")
	return both[0], both[1]
}

// The page speaks the first of the browser's languages that it knows, unless another is chosen, which it remembers.
func TestLanguages(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	for tags, want := range map[string][2]string{
		"fi-FI,fi,en": {"fi", "Piirrä"},
		"sw,vi,fi":    {"vi", "vẽ"},
		"sw":          {"en", "Draw"},
	} {
		p.languages(tags)
		if tag, sentence := p.tagline(); tag != want[0] || !strings.Contains(sentence, want[1]) {
			t.Errorf("to a browser that asks for %s it says, in %q: %q", tags, tag, sentence)
		}
	}
	p.speak("fi")
	p.mouse(shirt...)
	p.settle()
	p.until(answered)
	s := p.shown()
	if s.Rows[0].Label != "T-paita/toppi" {
		t.Errorf("in Finnish a T-shirt is called %q", s.Rows[0].Label)
	}
	if share := eval[string](p, "document.querySelector('#table td').textContent"); !strings.Contains(share, ",") {
		t.Errorf("a Finnish share is written %q, want a comma", share)
	}
	p.do(chromedp.Reload())
	p.ready()
	if tag, _ := p.tagline(); tag != "fi" {
		t.Errorf("after a reload the page speaks %q, want what was chosen", tag)
	}
	if left := eval[[]string](p, "[...document.querySelectorAll('body *')].filter((e) => !e.childElementCount && /\\{\\w+\\}/.test(e.textContent)).map((e) => e.textContent)"); len(left) > 0 {
		t.Errorf("places for values are shown: %q", left)
	}
	p.quiet()
}

// Where a browser forbids storage, what is chosen holds until the page is left, even over the reload that a language takes.
func TestSettingsWithoutStorage(t *testing.T) {
	t.Parallel()
	p := open(t, setup{script: `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('forbidden', 'SecurityError'); } });`}).ready()
	p.click("live")
	p.speak("vi")
	if eval[bool](p, "document.getElementById('live').checked") {
		t.Error("live is on again after the reload")
	}
}

// A picture that is named stays when the page is loaded anew to speak another language, and is called by its name in that.
func TestPictureStaysInAnotherLanguage(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().openPictures()
	photo := p.fresh(func() { p.do(clickOn("[data-room=pictures] .tile")) })
	p.speak("fi")
	if got := p.pictureInUse(); !slices.Equal(got, photo) {
		t.Error("the photo is not named any more")
	}
	if got := eval[string](p, "document.getElementById('subject').textContent"); got != "T-paita/toppi, valokuva 1" {
		t.Errorf("in Finnish the photo is called %q", got)
	}
	p.click("put-away")
	p.speak("vi")
	if p.pictureInUse() != nil {
		t.Error("a photo that was put away has come back")
	}
}

// With live off nobody has to ask again for what was named before the page was loaded anew, and nobody else asks for a drawing.
func TestReloadWithLiveOff(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().openPictures()
	p.fresh(func() { p.do(clickOn("[data-room=pictures] .tile")) })
	p.click("live")
	p.do(chromedp.Reload())
	p.ready().until("croquis.page.answer && croquis.page.picture")
	p.click("put-away")
	p.mouse(shirt...)
	p.do(chromedp.Reload())
	p.ready()
	p.settle()
	if eval[bool](p, "croquis.page.answer !== null") {
		t.Error("a drawing is named that nobody has asked about")
	}
	p.click("predict")
	p.until("croquis.page.answer")
}

// Without the words of a language the page speaks English; without those it says what it can, and tries again.
func TestWithoutWords(t *testing.T) {
	t.Parallel()
	wrap, mend, _ := broken("text/fi.json", missing)
	p := open(t, setup{handler: wrap}).ready()
	p.languages("fi")
	if tag, _ := p.tagline(); tag != "en" {
		t.Errorf("without the Finnish words the page says that it speaks %q", tag)
	}
	mend()
	wrap, mend, _ = broken("text/en.json", missing)
	p = open(t, setup{handler: wrap})
	p.until("!document.getElementById('failure').hidden")
	if s := p.shown(); s.Failure != "The page did not load" {
		t.Errorf("the visitor is told %q", s.Failure)
	}
	mend()
	p.click("retry")
	p.until("window.croquis && document.getElementById('failure').hidden")
	p.ready()
}
