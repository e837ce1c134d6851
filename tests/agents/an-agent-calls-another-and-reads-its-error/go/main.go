// Calls the agent that it is told.
package main

import (
	"strings"

	"flow"
)

type Task struct {
	Agent string
	Value any
}

func main() {
	flow.Handle(func(task Task) (map[string]any, error) {
		var answer any
		err := flow.Call(task.Agent, task.Value, &answer)
		if err != nil && task.Agent == "echo" {
			sentence, _, _ := strings.Cut(err.Error(), "\n")
			return map[string]any{"error": sentence}, nil
		}
		return map[string]any{"answer": answer}, err
	})
}
