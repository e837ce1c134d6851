package flow

import (
	"errors"
	"unsafe"
)

// The imports of the contract, by the canonical ABI. A string is its start and
// its length; an optional one begins with whether it is there; the last argument
// is the area into which the result is written.

//go:wasmimport flow:agent/memory@0.1.0 get
func importGet(space unsafe.Pointer, spaceLength uint32, key unsafe.Pointer, keyLength uint32, result unsafe.Pointer)

//go:wasmimport flow:agent/memory@0.1.0 set
func importSet(space unsafe.Pointer, spaceLength uint32, key unsafe.Pointer, keyLength uint32,
	value unsafe.Pointer, valueLength uint32, doesExpire uint32, expires uint64, result unsafe.Pointer)

//go:wasmimport flow:agent/memory@0.1.0 delete
func importDelete(space unsafe.Pointer, spaceLength uint32, key unsafe.Pointer, keyLength uint32, result unsafe.Pointer)

//go:wasmimport flow:agent/memory@0.1.0 list-keys
func importKeys(space unsafe.Pointer, spaceLength uint32, prefix unsafe.Pointer, prefixLength uint32,
	hasCursor uint32, cursor unsafe.Pointer, cursorLength uint32, result unsafe.Pointer)

//go:wasmimport flow:agent/memory@0.1.0 compare-and-set
func importCompareAndSet(space unsafe.Pointer, spaceLength uint32, key unsafe.Pointer, keyLength uint32,
	isExpected uint32, expected unsafe.Pointer, expectedLength uint32,
	value unsafe.Pointer, valueLength uint32, result unsafe.Pointer)

//go:wasmimport flow:agent/peers@0.1.0 call
func importCall(agent unsafe.Pointer, agentLength uint32, input unsafe.Pointer, inputLength uint32, result unsafe.Pointer)

// text is a string as it lies in memory.
type text struct {
	start, length uint32
}

// outcome is where a result goes: its first byte tells an error, and what is
// behind it begins with the error's text or the value. It has room for the
// largest value, a page of keys.
type outcome struct {
	isError uint8
	words   [5]uint32
}

// err is the error of the outcome, if it is one.
func (outcome *outcome) err() error {
	if outcome.isError == 0 {
		return nil
	}
	return errors.New(outcome.text(0))
}

// text is the string whose start and length are the words from index on.
func (outcome *outcome) text(index int) string {
	return (*text)(unsafe.Pointer(&outcome.words[index])).take()
}

func (text *text) take() string {
	buffer := take(text.start, text.length)
	return unsafe.String(unsafe.SliceData(buffer), len(buffer))
}

func lowered(text string) (unsafe.Pointer, uint32) {
	return unsafe.Pointer(unsafe.StringData(text)), uint32(len(text))
}

func flag(is bool) uint32 {
	if is {
		return 1
	}
	return 0
}

func memoryGet(namespace, key string) (string, bool, error) {
	area := new(outcome)
	space, spaceLength := lowered(namespace)
	start, length := lowered(key)
	quietly(func() {
		importGet(space, spaceLength, start, length, unsafe.Pointer(area))
	})
	if err := area.err(); err != nil {
		return "", false, err
	}
	if area.words[0]&0xff == 0 {
		return "", false, nil
	}
	return area.text(1), true, nil
}

func memorySet(namespace, key, value string, expires uint64, doesExpire bool) error {
	area := new(outcome)
	space, spaceLength := lowered(namespace)
	start, length := lowered(key)
	written, writtenLength := lowered(value)
	quietly(func() {
		importSet(space, spaceLength, start, length, written, writtenLength, flag(doesExpire), expires, unsafe.Pointer(area))
	})
	return area.err()
}

func memoryDelete(namespace, key string) (bool, error) {
	area := new(outcome)
	space, spaceLength := lowered(namespace)
	start, length := lowered(key)
	quietly(func() {
		importDelete(space, spaceLength, start, length, unsafe.Pointer(area))
	})
	return area.words[0]&0xff != 0, area.err()
}

func memoryKeys(namespace, prefix, cursor string) ([]string, string, error) {
	area := new(outcome)
	space, spaceLength := lowered(namespace)
	start, length := lowered(prefix)
	from, fromLength := lowered(cursor)
	quietly(func() {
		importKeys(space, spaceLength, start, length, flag(cursor != ""), from, fromLength, unsafe.Pointer(area))
	})
	if err := area.err(); err != nil {
		return nil, "", err
	}
	page := text{area.words[0], area.words[1]}
	list := take(page.start, page.length*8)
	keys := make([]string, 0, page.length)
	for _, key := range unsafe.Slice((*text)(unsafe.Pointer(unsafe.SliceData(list))), page.length) {
		keys = append(keys, key.take())
	}
	if area.words[2]&0xff == 0 {
		return keys, "", nil
	}
	return keys, area.text(3), nil
}

func memoryCompareAndSet(namespace, key, expected string, isExpected bool, value string) (bool, error) {
	area := new(outcome)
	space, spaceLength := lowered(namespace)
	start, length := lowered(key)
	before, beforeLength := lowered(expected)
	written, writtenLength := lowered(value)
	quietly(func() {
		importCompareAndSet(space, spaceLength, start, length, flag(isExpected), before, beforeLength,
		written, writtenLength, unsafe.Pointer(area))
	})
	return area.words[0]&0xff != 0, area.err()
}

func peersCall(agent, input string) (string, error) {
	area := new(outcome)
	name, nameLength := lowered(agent)
	start, length := lowered(input)
	quietly(func() {
		importCall(name, nameLength, start, length, unsafe.Pointer(area))
	})
	if err := area.err(); err != nil {
		return "", err
	}
	return area.text(0), nil
}
