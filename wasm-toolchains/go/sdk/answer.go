package flow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

const (
	emitNothing = `{"$emit":[]}`
	emitStart   = `{"$emit":[`
	emitEnd     = `]}`
)

// several is what Records of any type are.
type several interface {
	each(func(any) error) error
}

func (records Records[T]) each(visit func(any) error) error {
	for _, record := range records {
		if err := visit(record); err != nil {
			return err
		}
	}
	return nil
}

// dropped is the answer of a handler that returned an error.
func dropped(err error) ([]byte, error) {
	if errors.Is(err, Drop) {
		return []byte(emitNothing), nil
	}
	return nil, err
}

// write makes the JSON text of what a handler returned.
func write(answer any) ([]byte, error) {
	if records, ok := answer.(several); ok {
		return writeSeveral(records)
	}
	if isNothing(answer) {
		return []byte(emitNothing), nil
	}
	var text bytes.Buffer
	if err := writeValue(&text, answer); err != nil {
		return nil, err
	}
	// A record whose own first key is $emit must not be taken for several.
	if bytes.HasPrefix(text.Bytes(), []byte(`{"$emit"`)) {
		return []byte(emitStart + text.String() + emitEnd), nil
	}
	return text.Bytes(), nil
}

func writeSeveral(records several) ([]byte, error) {
	var text bytes.Buffer
	text.WriteString(emitStart)
	first := true
	err := records.each(func(record any) error {
		if !first {
			text.WriteByte(',')
		}
		first = false
		return writeValue(&text, record)
	})
	text.WriteString(emitEnd)
	return text.Bytes(), err
}

func writeValue(text *bytes.Buffer, value any) error {
	encoder := json.NewEncoder(text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("the answer does not go into JSON: %s", withoutPrefix(err))
	}
	text.Truncate(text.Len() - 1) // the newline
	return nil
}

// isNothing tells a nil of the kinds of which a nil says "nothing". A nil slice
// is an empty list to most who return one.
func isNothing(answer any) bool {
	if answer == nil {
		return true
	}
	switch value := reflect.ValueOf(answer); value.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Interface:
		return value.IsNil()
	default:
		return false
	}
}
