package flow

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"
	"unsafe"
)

// The component's side of handle, written out by the canonical ABI so that an
// agent needs no bindings generator to build. The host puts the component's
// types around it, and its linker refuses what differs from the contract.

// arena is memory for the host's adapter, which asks for some before this
// runtime is initialised: the host finds it by its first 16 bytes, reads its size
// from the next four, and hands out the rest.
var arena = [arenaSize]byte{
	'f', 'l', 'o', 'w', ':', 'a', 'r', 'e', 'n', 'a', 0x9e, 0x37, 0x79, 0xb9, 0x7f, 0x4a,
	arenaSize & 0xff, arenaSize >> 8 & 0xff, arenaSize >> 16 & 0xff, arenaSize >> 24,
}

const arenaSize = 256 << 10

// hosted says whether a host calls the handler, rather than main serving a stream.
var hosted bool

// given are the buffers that the host asked for, by address: they are kept from
// the garbage collector until they are taken.
var given = map[uintptr][]byte{}

//go:wasmexport cabi_realloc
func reallocate(old unsafe.Pointer, oldSize, align, size uint32) unsafe.Pointer {
	if size == 0 {
		return unsafe.Add(nil, align)
	}
	buffer := make([]byte, size+align-1)
	start := uintptr(unsafe.Pointer(unsafe.SliceData(buffer)))
	skipped := -start & (uintptr(align) - 1)
	area := buffer[skipped : skipped+uintptr(size)]
	if before, found := given[uintptr(old)]; found {
		copy(area, before[:min(oldSize, size)])
		delete(given, uintptr(old))
	}
	given[start+skipped] = area
	return unsafe.Pointer(unsafe.SliceData(area))
}

// take is the buffer at the address start, which the host filled.
func take(start, length uint32) []byte {
	if length == 0 {
		return nil
	}
	buffer := given[uintptr(start)]
	delete(given, uintptr(start))
	return buffer[:length]
}

// returned is result<string, string> as it lies in memory, where an address has
// four bytes; a pointer of Go's has eight.
type returned struct {
	isError       uint8
	start, length uint32
}

// answer is that of the last call, and answerText what it points to. The host
// has copied it before it calls again.
var (
	answer     returned
	answerText []byte
)

//go:wasmexport flow:agent/handler@0.1.0#handle
func handle(start, length uint32) unsafe.Pointer {
	collecting(true)
	text, err := answerTo(take(start, length))
	collecting(false)
	if err != nil {
		text = []byte(sentence(err))
	}
	answerText = text
	answer = returned{start: uint32(uintptr(unsafe.Pointer(unsafe.SliceData(text)))), length: uint32(len(text))}
	if err != nil {
		answer.isError = 1
	}
	return unsafe.Pointer(&answer)
}

// answerTo answers one record; a panic of the handler is its error.
func answerTo(input []byte) (text []byte, err error) {
	defer recovered(&err)
	if handler == nil {
		hosted = true
		mainProgram()
	}
	if handler == nil {
		return nil, errors.New("the program ended without calling `flow.Handle`")
	}
	return handler(input)
}

// sentence is the error's text. Where no granted directory holds a path, Go
// speaks of a bad file number.
func sentence(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) && path.Err == syscall.EBADF {
		return strings.Replace(err.Error(), path.Err.Error(), "no granted directory holds it", 1)
	}
	return err.Error()
}

func init() {
	// Keeps the linker from leaving it out.
	if arena[0] == 0 {
		panic("no arena")
	}
}
