//go:build !wasip1

package flow

import "errors"

// What stands for the component's imports where there is no host.
var (
	errNoMemory = errors.New("durable memory exists only inside flow")
	errNoPeers  = errors.New("other agents can be called only inside flow")
)

func memoryGet(namespace, key string) (string, bool, error) {
	return "", false, errNoMemory
}

func memorySet(namespace, key, value string, expires uint64, doesExpire bool) error {
	return errNoMemory
}

func memoryDelete(namespace, key string) (bool, error) {
	return false, errNoMemory
}

func memoryKeys(namespace, prefix, cursor string) ([]string, string, error) {
	return nil, "", errNoMemory
}

func memoryCompareAndSet(namespace, key, expected string, isExpected bool, value string) (bool, error) {
	return false, errNoMemory
}

func peersCall(agent, input string) (string, error) {
	return "", errNoPeers
}
