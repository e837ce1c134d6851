// Keeps a value, reads it again, and has another agent give it back.
package main

import "flow"

type Both struct {
	Kept   any `json:"kept"`
	Called any `json:"called"`
}

func main() {
	flow.Handle(func(value any) (both Both, err error) {
		values := flow.Memory("values")
		if err = values.Set("kept", value); err != nil {
			return both, err
		}
		if _, err = values.Get("kept", &both.Kept); err != nil {
			return both, err
		}
		return both, flow.Call("echo", value, &both.Called)
	})
}
