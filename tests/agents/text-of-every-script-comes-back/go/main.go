// Gives back what came.
package main

import "flow"

type Echo struct {
	Echo any `json:"echo"`
}

func main() {
	flow.Handle(func(record any) (Echo, error) {
		return Echo{record}, nil
	})
}
