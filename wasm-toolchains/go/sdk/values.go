package flow

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Datetime is a moment with the offset it was written in: Nushell's datetime.
//
// Written as {"$datetime": text}; read from that and from plain text, both
// RFC 3339 of years 0000 to 9999.
type Datetime struct {
	time.Time
}

// Duration is a length of time in nanoseconds: Nushell's duration.
//
// Written as {"$duration": nanoseconds}; read from that and from a plain integer.
type Duration time.Duration

// Filesize is a number of bytes: Nushell's filesize.
//
// Written as {"$filesize": bytes}; read from that and from a plain integer.
type Filesize int64

// Binary is bytes: Nushell's binary.
//
// Written as {"$binary": base64}; read from that, from base64 text and from a
// list of integers, as to json writes it.
type Binary []byte

// String is the duration as package time writes it.
func (duration Duration) String() string {
	return time.Duration(duration).String()
}

// MarshalJSON writes {"$datetime": text}.
func (datetime Datetime) MarshalJSON() ([]byte, error) {
	if year := datetime.Year(); year < 0 || year > 9999 {
		return nil, fmt.Errorf("the year %d is outside of 0000 to 9999", year)
	}
	return tagged("$datetime", datetime.Format(time.RFC3339Nano))
}

// MarshalJSON writes {"$duration": nanoseconds}.
func (duration Duration) MarshalJSON() ([]byte, error) {
	return tagged("$duration", int64(duration))
}

// MarshalJSON writes {"$filesize": bytes}.
func (size Filesize) MarshalJSON() ([]byte, error) {
	return tagged("$filesize", int64(size))
}

// MarshalJSON writes {"$binary": base64}.
func (binary Binary) MarshalJSON() ([]byte, error) {
	return tagged("$binary", base64.StdEncoding.EncodeToString(binary))
}

// UnmarshalJSON reads either form.
func (datetime *Datetime) UnmarshalJSON(text []byte) error {
	const expected = "expected a datetime such as `2026-11-23T08:30:00+01:00`"
	var plain string
	found, err := untagged("$datetime", text, &plain)
	if err != nil {
		return misplaced(text, expected)
	}
	// A space between date and time is RFC 3339 too, and what Nushell shows.
	if len(plain) > 10 && plain[10] == ' ' {
		plain = plain[:10] + "T" + plain[11:]
	}
	if found {
		datetime.Time, err = time.Parse(time.RFC3339Nano, plain)
	}
	if err != nil {
		return misplaced(text, expected)
	}
	return nil
}

// UnmarshalJSON reads either form.
func (duration *Duration) UnmarshalJSON(text []byte) error {
	if _, err := untagged("$duration", text, (*int64)(duration)); err != nil {
		return misplaced(text, "expected a whole number of nanoseconds")
	}
	return nil
}

// UnmarshalJSON reads either form.
func (size *Filesize) UnmarshalJSON(text []byte) error {
	if _, err := untagged("$filesize", text, (*int64)(size)); err != nil {
		return misplaced(text, "expected a whole number of bytes")
	}
	return nil
}

// UnmarshalJSON reads any of the three forms.
func (binary *Binary) UnmarshalJSON(text []byte) error {
	const expected = "expected base64 text or a list of bytes"
	if strings.HasPrefix(string(text), "[") {
		bytes, err := bytesOf(text)
		if err != nil {
			return misplaced(text, expected)
		}
		*binary = bytes
		return nil
	}
	var plain string
	found, err := untagged("$binary", text, &plain)
	if err != nil {
		return misplaced(text, expected)
	}
	if !found {
		return nil
	}
	bytes, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(plain, "="))
	if err != nil {
		return misplaced(text, expected)
	}
	*binary = bytes
	return nil
}

// bytesOf reads a list of integers, for which encoding/json would take base64 text.
func bytesOf(text []byte) ([]byte, error) {
	var list []uint16
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, err
	}
	bytes := make([]byte, len(list))
	for i, number := range list {
		if number > 255 {
			return nil, fmt.Errorf("%d is no byte", number)
		}
		bytes[i] = byte(number)
	}
	return bytes, nil
}

func tagged(tag string, value any) ([]byte, error) {
	return json.Marshal(map[string]any{tag: value})
}

// untagged reads {tag: value} or the value alone. A null is no value, as
// everywhere in encoding/json.
func untagged[T any](tag string, text []byte, value *T) (bool, error) {
	if string(text) == "null" {
		return false, nil
	}
	if !strings.HasPrefix(string(text), "{") {
		return true, json.Unmarshal(text, value)
	}
	var object map[string]*T
	if err := json.Unmarshal(text, &object); err != nil {
		return false, err
	}
	found := object[tag]
	if found == nil || len(object) != 1 {
		return false, fmt.Errorf("expected one key `%s`", tag)
	}
	*value = *found
	return true, nil
}

// misplaced is an error to which encoding/json adds the names of the fields
// around the value.
func misplaced(text []byte, expected string) error {
	const shown = 40
	found := string(text)
	if len(found) > shown {
		found = strings.ToValidUTF8(found[:shown], "") + "…"
	}
	return &json.UnmarshalTypeError{Value: found + ", " + expected, Type: reflect.TypeFor[any]()}
}
