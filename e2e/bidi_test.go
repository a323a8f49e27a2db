package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
)

// bidi is a session of WebDriver BiDi (https://w3c.github.io/webdriver-bidi/), in which a browser is driven by messages of JSON.
type bidi struct {
	conn net.Conn

	mu     sync.Mutex
	next   int
	calls  map[int]chan reply
	broken error
	heard  func(method string, params json.RawMessage) // is told of events
}

// reply is what comes back for a command.
type reply struct {
	result json.RawMessage
	err    error
}

// dialBidi connects with a browser and begins a session.
func dialBidi(ctx context.Context, address string, heard func(method string, params json.RawMessage)) (*bidi, error) {
	conn, ahead, _, err := ws.Dial(ctx, address+"/session")
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", address, err)
	}
	b := &bidi{conn: conn, calls: make(map[int]chan reply), heard: heard}
	in := io.ReadWriter(conn)
	if ahead != nil { // what came with the handshake
		in = struct {
			io.Reader
			io.Writer
		}{ahead, conn}
	}
	go b.listen(in)
	return b, b.call(ctx, "session.new", map[string]any{"capabilities": map[string]any{}}, nil)
}

// listen hands replies to their calls, until the connection ends.
func (b *bidi) listen(in io.ReadWriter) {
	for {
		text, err := wsutil.ReadServerText(in)
		if err != nil {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.broken = fmt.Errorf("the browser has hung up: %w", err)
			for _, waiting := range b.calls {
				waiting <- reply{err: b.broken}
			}
			return
		}
		var m struct {
			ID             int
			Method         string
			Params, Result json.RawMessage
			Error, Message string
		}
		if err := json.Unmarshal(text, &m); err != nil {
			continue // what is no message is an answer to nobody, who then says so
		}
		if m.Method != "" {
			b.heard(m.Method, m.Params)
			continue
		}
		r := reply{result: m.Result}
		if m.Error != "" {
			r.err = fmt.Errorf("%s: %s", m.Error, m.Message)
		}
		b.mu.Lock()
		if waiting, ok := b.calls[m.ID]; ok {
			delete(b.calls, m.ID)
			waiting <- r
		}
		b.mu.Unlock()
	}
}

// call runs a command and decodes its result into into, if that is not nil.
func (b *bidi) call(ctx context.Context, method string, params, into any) error {
	answer := make(chan reply, 1)
	b.mu.Lock()
	b.next++
	id := b.next
	b.calls[id] = answer
	broken := b.broken
	b.mu.Unlock()
	if broken != nil {
		return broken
	}
	message, err := json.Marshal(map[string]any{"id": id, "method": method, "params": params})
	if err != nil {
		return err
	}
	if err := wsutil.WriteClientText(b.conn, message); err != nil {
		return err
	}
	select {
	case r := <-answer:
		if r.err != nil {
			return fmt.Errorf("%s: %w", method, r.err)
		}
		if into == nil {
			return nil
		}
		return json.Unmarshal(r.result, into)
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, ctx.Err())
	}
}

// startBidi starts a browser that says on its standard error where it listens, and returns that address. When the test is over it
// waits for the browser to end.
func startBidi(t *testing.T, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	address, silent := make(chan string, 1), make(chan []string, 1)
	go func() {
		const announcement = "WebDriver BiDi listening on "
		var lines []string
		for in := bufio.NewScanner(said); in.Scan(); {
			lines = append(lines, in.Text())
			if _, found, ok := strings.Cut(in.Text(), announcement); ok {
				address <- strings.TrimSpace(found)
			}
		}
		silent <- lines
	}()
	t.Cleanup(func() {
		// Who has been told to close does so, and writes into its profile until then.
		ended := time.AfterFunc(patience, func() { cmd.Process.Kill() })
		defer ended.Stop()
		cmd.Wait()
	})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	select {
	case found := <-address:
		return found
	case lines := <-silent:
		t.Fatalf("%s ended before it listened; it said\n%s", program, strings.Join(lines, "\n"))
	case <-ctx.Done():
		cmd.Process.Kill()
		t.Fatalf("%s does not listen after %v", program, patience)
	}
	return ""
}
