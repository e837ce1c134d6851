package flow

import (
	"encoding/json"
	"reflect"
)

// Call hands input to the agent of that name and reads its answer into answer, a
// pointer. agent.toml grants agents: [permissions] agents = ["tokenize"]. An
// agent that gives no record, or several, answers a list of them. Outside of flow
// a call is an error.
func Call(agent string, input, answer any) error {
	text, err := json.Marshal(input)
	if err != nil {
		return err
	}
	answered, err := peersCall(agent, string(text))
	if err != nil {
		return err
	}
	return readStored(answered, answer)
}

// readStored reads what another agent, or this one before, wrote.
func readStored(text string, value any) error {
	return read([]byte(text), value, isOpen(reflect.TypeOf(value), nil))
}
