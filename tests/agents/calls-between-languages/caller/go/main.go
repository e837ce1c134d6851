// Calls the agent that it is told, and says who does.
package main

import "flow"

type Task struct {
	To    string
	Value int64
}

type Answer struct {
	From   string `json:"from"`
	Answer any    `json:"answer"`
}

func main() {
	flow.Handle(func(task Task) (Answer, error) {
		answer := Answer{From: "go"}
		err := flow.Call(task.To, task.Value, &answer.Answer)
		return answer, err
	})
}
