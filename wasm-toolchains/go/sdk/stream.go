package flow

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// serveStream is what a handler does where nobody calls it: it answers the JSON
// values of standard input, each with a line. The first error ends it.
func serveStream() {
	if err := answerAll(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func answerAll(input io.Reader, output io.Writer) (err error) {
	lines := bufio.NewWriter(output)
	defer func() {
		if failed := lines.Flush(); err == nil {
			err = failed
		}
	}()
	decoder := json.NewDecoder(input)
	for {
		var record json.RawMessage
		if err := decoder.Decode(&record); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		answer, err := handler(record)
		if err != nil {
			return err
		}
		var several struct {
			Emit []json.RawMessage `json:"$emit"`
		}
		if json.Unmarshal(answer, &several) != nil || several.Emit == nil {
			several.Emit = []json.RawMessage{answer}
		}
		for _, record := range several.Emit {
			fmt.Fprintf(lines, "%s\n", record)
		}
	}
}
