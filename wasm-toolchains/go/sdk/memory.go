package flow

import (
	"encoding/json"
	"time"
)

// Memory is a namespace of the durable memory: values by key that outlive the
// instance. agent.toml grants it: [permissions] memory = ["orders"]. Values are
// anything that encoding/json can write. Outside of flow every method is an error.
//
//	orders := flow.Memory("orders")
//	if err := orders.Set("last", order); err != nil { … }
//	var last Order
//	found, err := orders.Get("last", &last)
type Memory string

// Get reads the value of key into value, a pointer; false where there is none.
func (memory Memory) Get(key string, value any) (bool, error) {
	text, found, err := memoryGet(string(memory), key)
	if err != nil || !found {
		return false, err
	}
	return true, readStored(text, value)
}

// Set sets key for good.
func (memory Memory) Set(key string, value any) error {
	return memory.set(key, value, 0, false)
}

// SetFor sets key until expires from now.
func (memory Memory) SetFor(key string, value any, expires time.Duration) error {
	return memory.set(key, value, uint64(max(expires, 0)), true)
}

func (memory Memory) set(key string, value any, expires uint64, doesExpire bool) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return memorySet(string(memory), key, string(text), expires, doesExpire)
}

// Delete deletes key; false where there was none.
func (memory Memory) Delete(key string) (bool, error) {
	return memoryDelete(string(memory), key)
}

// Keys are the keys that begin with prefix, in order: one page of them from
// cursor on, and the cursor of the next page. The first cursor is empty, and so
// is the one behind the last page.
func (memory Memory) Keys(prefix, cursor string) (keys []string, next string, err error) {
	return memoryKeys(string(memory), prefix, cursor)
}

// CompareAndSet sets key to value if it now holds expected (nil: if it is
// absent); false where it holds something else.
func (memory Memory) CompareAndSet(key string, expected, value any) (bool, error) {
	var before []byte
	if expected != nil {
		text, err := json.Marshal(expected)
		if err != nil {
			return false, err
		}
		before = text
	}
	text, err := json.Marshal(value)
	if err != nil {
		return false, err
	}
	return memoryCompareAndSet(string(memory), key, string(before), expected != nil, string(text))
}
