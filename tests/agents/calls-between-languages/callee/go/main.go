// Counts on, and says who does.
package main

import (
	"fmt"

	"flow"
)

type Answer struct {
	By    string `json:"by"`
	Value int64  `json:"value"`
}

func main() {
	flow.Handle(func(value int64) (Answer, error) {
		if value < 0 {
			return Answer{}, fmt.Errorf("no negative numbers: %d", value)
		}
		return Answer{"go", value + 1}, nil
	})
}
