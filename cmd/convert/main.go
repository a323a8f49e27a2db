// Command convert turns a network from one file format into another, told apart by the names: model files of this project
// in any dtype, TensorFlow.js folders, ONNX, and NumPy archives for PyTorch. Without -to it describes what is there.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"croquis/internal/figure"
	"croquis/internal/modelfile"
	"croquis/internal/modelfile/formats"
	"croquis/internal/modelfile/npy"
)

const usage = `convert turns a network from one file format into another.

Usage: convert -from FILE [-to FILE] [flags]

  NAME.json    the model file of this project               read and written
  NAME.tfjs    a folder for TensorFlow.js's loadLayersModel  read and written
  NAME.onnx    for ONNX Runtime and other converters        written
  NAME.npz     the weights alone, as NumPy arrays           written, and read with -like

Without -to it describes the network and its figures.

Examples:
  convert -from model/thesis.json
  convert -from model/thesis.json -to small.json -dtype int8
  convert -from model/thesis.json -to thesis.onnx
  convert -from trained-in-pytorch.npz -like model/thesis.json -to mine.json

Flags:
`

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "convert:", err)
		if errors.Is(err, formats.ErrUsage) {
			os.Exit(2)
		}
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	set := flag.NewFlagSet("convert", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	from := set.String("from", "", "`file` or folder to read")
	to := set.String("to", "", "`file` or folder to write")
	dtype := set.String("dtype", "", "how a model file stores its kernels: float32, float16, int8 or int8-packed (default: as the file read)")
	layout := set.String("layout", "torch", "names and axes of the weights in an .npz: torch (a state_dict) or keras")
	like := set.String("like", "", "`model` whose network the weights of an .npz are for")
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		set.SetOutput(stdout)
		fmt.Fprint(stdout, usage)
		set.PrintDefaults()
		return nil
	case err != nil:
		return fmt.Errorf("%w: %w; convert -h explains the flags", formats.ErrUsage, err)
	case *from == "" || set.NArg() > 0:
		return fmt.Errorf("%w: expected -from FILE -to FILE; convert -h explains the flags", formats.ErrUsage)
	}
	options := formats.Options{Like: *like}
	var err error
	if options.Layout, err = npy.ParseLayout(*layout); err != nil {
		return fmt.Errorf("%w: %w", formats.ErrUsage, err)
	}
	if options.DType, err = modelfile.ParseDType(*dtype); err != nil && *dtype != "" {
		return fmt.Errorf("%w: %w", formats.ErrUsage, err)
	}
	f, err := formats.Read(*from, options)
	if err != nil {
		return err
	}
	if *to == "" {
		_, err := io.WriteString(stdout, f.Describe())
		return err
	}
	if *dtype == "" && formats.HasDType(*to) {
		options.DType = f.DType
	}
	if err := formats.Write(*to, f, options); err != nil {
		return err
	}
	bytes, err := size(*to)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s has %s: %s bytes\n", *to, f.Name, figure.Thousands(bytes))
	return err
}

// size is how many bytes a file has, or all files of a folder.
func size(path string) (bytes int, err error) {
	err = filepath.WalkDir(path, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			bytes += int(info.Size())
		}
		return err
	})
	return bytes, err
}
