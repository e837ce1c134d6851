package flow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// readerOf makes the function that reads records of one type.
func readerOf[In any]() func([]byte) (In, error) {
	open := isOpen(reflect.TypeFor[In](), nil)
	return func(text []byte) (In, error) {
		var record In
		err := read(text, &record, open)
		if err != nil {
			err = misfit(text, err)
		}
		return record, err
	}
}

// read reads one JSON value. open says whether the type has a place for any.
func read(text []byte, record any, open bool) error {
	if !open {
		return json.Unmarshal(text, record)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(record); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("something follows the value")
	}
	return exact(reflect.ValueOf(record).Elem(), nil)
}

// misfit says where the input does not fit the handler's type.
func misfit(text []byte, err error) error {
	var kind *json.UnmarshalTypeError
	if !errors.As(err, &kind) {
		var number *numberError
		if errors.As(err, &number) {
			return fmt.Errorf("input does not fit at `%s`: %s", number.path, number.problem)
		}
		return fmt.Errorf("input does not fit: %s", withoutPrefix(err))
	}
	path, problem := kind.Field, kind.Value
	if kind.Offset > 0 {
		path, problem = pathAt(text, kind.Offset), kind.Value+", expected "+kind.Type.String()
	}
	if path != "" {
		return fmt.Errorf("input does not fit at `%s`: %s", path, problem)
	}
	return fmt.Errorf("input does not fit: %s", problem)
}

// withoutPrefix is an error of encoding/json in its own words only.
func withoutPrefix(err error) string {
	return strings.TrimPrefix(err.Error(), "json: ")
}

// pathAt is the way to the value around which a reader stopped: keys and
// indices joined by dots, empty for the whole text. encoding/json stops behind
// a scalar that does not fit, and behind the bracket that opens a container.
func pathAt(text []byte, offset int64) string {
	decoder := json.NewDecoder(bytes.NewReader(text))
	var way []step
	for {
		token, err := decoder.Token()
		if err != nil {
			return ""
		}
		reached := decoder.InputOffset() >= offset
		switch token {
		case json.Delim('{'), json.Delim('['):
			if reached {
				return join(way)
			}
			way = append(way, step{isList: token == json.Delim('[')})
			continue
		case json.Delim('}'), json.Delim(']'):
			way = way[:len(way)-1]
			if reached {
				return join(way)
			}
		default:
			if len(way) > 0 && way[len(way)-1].takeKey(token) {
				continue
			}
			if reached {
				return join(way)
			}
		}
		if len(way) == 0 {
			return ""
		}
		way[len(way)-1].next()
	}
}

// step is one container on the way to a value.
type step struct {
	isList bool
	index  int
	key    string
	hasKey bool
}

// takeKey takes a token that is a key rather than a value.
func (step *step) takeKey(token json.Token) bool {
	if step.isList || step.hasKey {
		return false
	}
	step.key, step.hasKey = fmt.Sprint(token), true
	return true
}

// next goes on to the container's next value.
func (step *step) next() {
	step.index++
	step.hasKey = false
}

func join(way []step) string {
	names := make([]string, len(way))
	for i, step := range way {
		if names[i] = step.key; step.isList {
			names[i] = strconv.Itoa(step.index)
		}
	}
	return strings.Join(names, ".")
}
