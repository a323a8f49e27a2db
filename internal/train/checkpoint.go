package train

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"

	"croquis/internal/optim"
)

// A checkpoint file is
//
//	"croquis-checkpoint 1\n"
//	the length of the header, uint64 little-endian
//	the header, JSON (checkpointHeader)
//	the tensors that the header lists, float32 little-endian, one after another
//	the SHA-256 of everything before it
//
// It is no exchange format: it holds what a later version of this program may need otherwise, so versions must be equal.
const (
	checkpointMagic = "croquis-checkpoint 1\n"
	maxHeader       = 16 << 20 // bytes; 40 epochs of the thesis network need 10,000
)

// checkpointHeader is the state of a run but for its tensors.
type checkpointHeader struct {
	Config     Config            `json:"config"`
	Kernel     string            `json:"kernel"`
	Data       map[string]string `json:"data"`  // fingerprints of the sources
	Epoch      int               `json:"epoch"` // complete ones
	Step       int               `json:"step"`  // taken in the epoch under way
	Running    running           `json:"running"`
	Iteration  uint64            `json:"iteration"` // of the model: addresses the dropout masks
	Optimizer  int64             `json:"optimizer_iterations"`
	EMA        int64             `json:"ema_iterations"`
	Schedule   json.RawMessage   `json:"schedule"`
	History    []Epoch           `json:"history"`
	BestEpoch  int               `json:"best_epoch"` // 0: none yet
	TensorList []tensorEntry     `json:"tensors"`
}

type tensorEntry struct {
	Name string `json:"name"`
	N    int    `json:"n"` // values
}

// checkpoint is a checkpoint in memory. Tensors are named "weights/…", "best/…", "optimizer/…" and "ema/…".
type checkpoint struct {
	checkpointHeader
	tensors []optim.NamedSlice
}

// writeCheckpoint replaces path: it writes beside it, waits until the disk has it, and renames. The name beside it is always
// the same, so that what a killed process left is written over by the next.
func writeCheckpoint(path string, c *checkpoint) error {
	part := path + ".part"
	f, err := os.Create(part)
	if err != nil {
		return fmt.Errorf("train: the checkpoint cannot be written: %w; choose another folder with -out", err)
	}
	err = c.encode(f)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("train: writing the checkpoint %s: %w; the one before it is still there", path, err), os.Remove(part))
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return fmt.Errorf("train: the checkpoint %s is written, but a power cut could still undo it: %w", path, err)
	}
	return nil
}

// syncFolder waits until the disk has the folder's new names.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" { // which has no way to say so
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (c *checkpoint) encode(w io.Writer) error {
	c.TensorList = c.TensorList[:0]
	for _, t := range c.tensors {
		c.TensorList = append(c.TensorList, tensorEntry{t.Name, len(t.Data)})
	}
	header, err := json.Marshal(c.checkpointHeader)
	if err != nil {
		return err
	}
	sum := sha256.New()
	b := bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<16)
	b.WriteString(checkpointMagic)
	b.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(header))))
	b.Write(header)
	for _, t := range c.tensors {
		for _, v := range t.Data {
			b.Write(binary.LittleEndian.AppendUint32(b.AvailableBuffer(), math.Float32bits(v)))
		}
	}
	if err := b.Flush(); err != nil {
		return err
	}
	_, err = w.Write(sum.Sum(nil))
	return err
}

// readCheckpoint reads and verifies the file at path. fs.ErrNotExist is in the error's chain if there is none.
func readCheckpoint(path string) (*checkpoint, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("train: checkpoint: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("train: checkpoint: %w", err)
	}
	c, err := decodeCheckpoint(bufio.NewReaderSize(f, 1<<16), info.Size())
	if err != nil {
		return nil, fmt.Errorf("train: checkpoint %s: %w; delete it to start over", path, err)
	}
	return c, nil
}

var errTruncated = errors.New("the file ends too early")

// decodeCheckpoint reads a checkpoint of size bytes. It allocates no more than a small multiple of size.
func decodeCheckpoint(r io.Reader, size int64) (*checkpoint, error) {
	sum := sha256.New()
	in := io.TeeReader(r, sum)
	magic := make([]byte, len(checkpointMagic)+8)
	if _, err := io.ReadFull(in, magic); err != nil {
		return nil, errTruncated
	}
	if !bytes.HasPrefix(magic, []byte(checkpointMagic)) {
		return nil, fmt.Errorf("it begins with %q; expected %q, which this version writes", magic[:len(checkpointMagic)], checkpointMagic)
	}
	n := binary.LittleEndian.Uint64(magic[len(checkpointMagic):])
	rest := size - int64(len(magic)) - sha256.Size
	if n > maxHeader || int64(n) > rest {
		return nil, fmt.Errorf("its header claims %d bytes of %d in the file", n, size)
	}
	header := make([]byte, n)
	if _, err := io.ReadFull(in, header); err != nil {
		return nil, errTruncated
	}
	rest -= int64(n)
	c := checkpoint{checkpointHeader: checkpointHeader{Config: unsaid()}}
	dec := json.NewDecoder(bytes.NewReader(header))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c.checkpointHeader); err != nil {
		return nil, fmt.Errorf("its header: %w", err)
	}
	for _, t := range c.TensorList {
		if t.N < 0 || int64(t.N) > rest/4 {
			return nil, fmt.Errorf("its tensor %q claims %d values; %d bytes are left", t.Name, t.N, rest)
		}
		rest -= 4 * int64(t.N)
	}
	if rest != 0 {
		return nil, fmt.Errorf("%d bytes follow its tensors; expected none", rest)
	}
	for _, t := range c.TensorList {
		data, err := readFloats(in, t.N)
		if err != nil {
			return nil, err
		}
		c.tensors = append(c.tensors, optim.NamedSlice{Name: t.Name, Data: data})
	}
	return &c, checkSum(r, sum)
}

func checkSum(r io.Reader, sum hash.Hash) error {
	want := make([]byte, sha256.Size)
	if _, err := io.ReadFull(r, want); err != nil {
		return errTruncated
	}
	if got := sum.Sum(nil); !bytes.Equal(got, want) {
		return fmt.Errorf("it is damaged: its SHA-256 is %x, expected %x", got[:8], want[:8])
	}
	return nil
}

func readFloats(r io.Reader, n int) ([]float32, error) {
	data := make([]float32, n)
	buffer := make([]byte, 1<<16)
	for at := 0; at < n; {
		b := buffer[:min(len(buffer), 4*(n-at))]
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, errTruncated
		}
		for ; len(b) > 0; b = b[4:] {
			data[at] = math.Float32frombits(binary.LittleEndian.Uint32(b))
			at++
		}
	}
	return data, nil
}
