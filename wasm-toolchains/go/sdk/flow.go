// Package flow is what an agent in Go imports: one function from a record to a
// record becomes an agent.
//
//	package main
//
//	import (
//		"flow"
//		"strings"
//	)
//
//	type Input struct {
//		Text string `json:"text"`
//	}
//
//	type Output struct {
//		Words int `json:"words"`
//	}
//
//	func main() {
//		flow.Handle(func(input Input) (Output, error) {
//			return Output{len(strings.Fields(input.Text))}, nil
//		})
//	}
//
// What the function returns decides what leaves the agent:
//
//	a value                        one record
//	nil, or flow.Drop as error     nothing: the record is dropped
//	flow.Many(a, b)                each as a record
//	any other error                an error value, with the error's text
//
// Records travel as JSON, by the rules of encoding/json. Integers are those of
// int64, exactly, in a field of type any too. [Datetime], [Duration], [Filesize]
// and [Binary] become Nushell's own cells. What goes to stderr, as package log
// writes, is the log.
//
// The program's state lives from record to record. Goroutines run while a
// record is being handled, and rest in between. A panic in the handler becomes
// the record's error, with its file and line; in a goroutine of its own it ends
// the instance, as it ends any program. (TinyGo cannot recover on this target:
// there every panic ends the instance.)
//
// Outside of flow, as with go run, a handler takes JSON values from its standard
// input and writes each answer as one line.
package flow

import "errors"

// Drop, returned as the error, drops the record: nothing leaves the agent.
var Drop = errors.New("the record is dropped")

// Records are several records that answer one; made by [Many].
type Records[T any] []T

// Many answers one record with several, or with none.
//
//	func words(input Input) (flow.Records[string], error) {
//		return flow.Many(strings.Fields(input.Text)...), nil
//	}
func Many[T any](records ...T) Records[T] {
	return records
}

// handler answers one record: from JSON text to JSON text.
var handler func(input []byte) ([]byte, error)

// Handle makes handle the agent. It is called once, by main, and nothing should
// follow it.
func Handle[In, Out any](handle func(In) (Out, error)) {
	if handle == nil {
		panic("flow.Handle needs a function")
	}
	if handler != nil {
		panic("flow.Handle was called twice: an agent has one handler")
	}
	read := readerOf[In]()
	handler = func(input []byte) ([]byte, error) {
		record, err := read(input)
		if err != nil {
			return nil, err
		}
		answer, err := handle(record)
		if err != nil {
			return dropped(err)
		}
		return write(answer)
	}
	if !hosted {
		serveStream()
	}
}
