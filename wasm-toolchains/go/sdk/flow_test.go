package flow

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

// wire is what the host gets of a handler's answer.
func wire(t *testing.T, answer any) string {
	t.Helper()
	text, err := write(answer)
	if err != nil {
		return "error: " + err.Error()
	}
	return string(text)
}

func TestWhatIsReturnedDecidesWhatLeaves(t *testing.T) {
	var nothing *Filesize
	for _, each := range []struct {
		answer any
		text   string
	}{
		{map[string]any{"a": 1}, `{"a":1}`},
		{[]int{1, 2}, `[1,2]`},
		{[]int(nil), `null`},
		{"<x> & ü", `"<x> & ü"`},
		{int64(math.MinInt64), `-9223372036854775808`},
		{nil, `{"$emit":[]}`},
		{nothing, `{"$emit":[]}`},
		{map[string]any(nil), `{"$emit":[]}`},
		{Many(1, 2), `{"$emit":[1,2]}`},
		{Many[any](), `{"$emit":[]}`},
		{Many(map[string]any{"$emit": 1}), `{"$emit":[{"$emit":1}]}`},
		{map[string]any{"$emit": []int{1, 2}}, `{"$emit":[{"$emit":[1,2]}]}`},
		{map[string]any{"a": map[string]any{"$emit": 1}}, `{"a":{"$emit":1}}`},
		{Duration(2 * time.Second), `{"$duration":2000000000}`},
		{[]Filesize{3}, `[{"$filesize":3}]`},
		{Binary{1, 2, 255}, `{"$binary":"AQL/"}`},
		{math.NaN(), `error: the answer does not go into JSON: unsupported value: NaN`},
		{func() {}, `error: the answer does not go into JSON: unsupported type: func()`},
	} {
		if text := wire(t, each.answer); text != each.text {
			t.Errorf("%v leaves as %s, not %s", each.answer, text, each.text)
		}
	}
}

func TestAnErrorIsASentenceUnlessItIsDrop(t *testing.T) {
	if text, err := dropped(fmt.Errorf("too old: %w", Drop)); err != nil || string(text) != `{"$emit":[]}` {
		t.Errorf("%s, %v", text, err)
	}
	sentence := errors.New("no such order")
	if _, err := dropped(sentence); err != sentence {
		t.Errorf("the error is %v", err)
	}
}

type order struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Items []item `json:"items"`
	At    Datetime
	Takes Duration
}

type item struct {
	Price float64 `json:"price"`
	Sizes map[string]Filesize
	Tags  []any `json:"tags"`
}

func TestAMisfitNamesThePathAndWhatWasExpected(t *testing.T) {
	for text, expected := range map[string]string{
		`{"id":"x"}`:                 "input does not fit at `id`: string, expected int64",
		`{"id":1.5}`:                 "input does not fit at `id`: number 1.5, expected int64",
		`{"id":9223372036854775808}`: "input does not fit at `id`: number 9223372036854775808, expected int64",
		`{"id":1,"items":[{"price":1},{"price":"much"}]}`: "input does not fit at `items.1.price`: string, expected float64",
		`{"items":[{"price":{"amount":[2]}}]}`:            "input does not fit at `items.0.price`: object, expected float64",
		`{"items":{}}`:                                    "input does not fit at `items`: object, expected []flow.item",
		`{"name":[1]}`:                                    "input does not fit at `name`: array, expected string",
		"{\n \"name\": \"]}\\\",{\", \"items\": [true]}":  "input does not fit at `items.0`: bool, expected flow.item",
		`7`: "input does not fit: number, expected flow.order",
		``:  "input does not fit: EOF",
		`{"items":[{"tags":[0,{"a":9223372036854775808}]}]}`: "input does not fit at `items.0.tags.1.a`: number 9223372036854775808, expected int64",
		`{"At":"yesterday"}`:                      "input does not fit at `At`: \"yesterday\", expected a datetime such as `2026-11-23T08:30:00+01:00`",
		`{"At":{"$date":"2026-11-23T08:30:00Z"}}`: "input does not fit at `At`: {\"$date\":\"2026-11-23T08:30:00Z\"}, expected a datetime such as `2026-11-23T08:30:00+01:00`",
		`{"Takes":1.5}`:                           "input does not fit at `Takes`: 1.5, expected a whole number of nanoseconds",
	} {
		_, err := readerOf[order]()([]byte(text))
		if err == nil || err.Error() != expected {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestIntegersStayExactInAnyToo(t *testing.T) {
	const text = `{"a":[9007199254740993,-9223372036854775808,1.0,1e3],"b":{"c":9223372036854775807,"d":null,"e":"7"}}`
	record, err := readerOf[any]()([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	expected := map[string]any{
		"a": []any{int64(9007199254740993), int64(math.MinInt64), 1.0, 1000.0},
		"b": map[string]any{"c": int64(math.MaxInt64), "d": nil, "e": "7"},
	}
	if !reflect.DeepEqual(record, expected) {
		t.Errorf("%#v", record)
	}
	type inner struct{ Any any }
	type outer struct {
		inner
		Pointer *inner
		Map     map[string]inner
		Array   [1]any
		Number  json.Number
	}
	nested, err := readerOf[outer]()([]byte(`{"Any":1,"Pointer":{"Any":2},"Map":{"x":{"Any":3}},"Array":[4],"Number":5}`))
	if err != nil {
		t.Fatal(err)
	}
	found := []any{nested.Any, nested.Pointer.Any, nested.Map["x"].Any, nested.Array[0], nested.Number}
	if !reflect.DeepEqual(found, []any{int64(1), int64(2), int64(3), int64(4), json.Number("5")}) {
		t.Errorf("%#v", found)
	}
}

func TestATypeThatContainsItselfIsReadToo(t *testing.T) {
	type tree struct {
		Leaf     any
		Branches []tree
	}
	read, err := readerOf[tree]()([]byte(`{"Branches":[{"Leaf":9007199254740993}]}`))
	if err != nil || read.Branches[0].Leaf != int64(9007199254740993) {
		t.Errorf("%#v, %v", read, err)
	}
}

func TestEveryFormOfAValueIsRead(t *testing.T) {
	type values struct {
		At   Datetime
		Took Duration
		Size Filesize
		Data Binary
	}
	for _, text := range []string{
		`{"At":{"$datetime":"2026-11-23T08:30:00.5+01:00"},"Took":{"$duration":-5},"Size":{"$filesize":9223372036854775807},"Data":{"$binary":"AQL/"}}`,
		`{"At":"2026-11-23 08:30:00.5+01:00","Took":-5,"Size":9223372036854775807,"Data":[1,2,255]}`,
		`{"At":"2026-11-23T07:30:00.5Z","Took":-5,"Size":9223372036854775807,"Data":"AQL/"}`,
	} {
		read, err := readerOf[values]()([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if read.At.UnixMilli() != 1795419000500 || read.Took != -5 || read.Size != math.MaxInt64 || string(read.Data) != "\x01\x02\xff" {
			t.Errorf("%s is %v", text, read)
		}
	}
	written := wire(t, Datetime{time.Date(2026, 11, 23, 8, 30, 0, 5e8, time.FixedZone("", 3600))})
	if written != `{"$datetime":"2026-11-23T08:30:00.5+01:00"}` {
		t.Error(written)
	}
	for _, text := range []string{`{"Data":"Z"}`, `{"Data":[1,256]}`, `{"Data":"Zm 9v"}`, `{"Size":"1kb"}`, `{"Size":{"$size":1}}`} {
		if _, err := readerOf[values]()([]byte(text)); err == nil {
			t.Errorf("%s was read", text)
		}
	}
}

func TestAPanicIsAnErrorThatSaysWhere(t *testing.T) {
	answer := func() (err error) {
		defer recovered(&err)
		var list []int
		_ = list[len(list)]
		return nil
	}
	text := fmt.Sprint(answer())
	if !strings.HasPrefix(text, "panic: runtime error: index out of range [0] with length 0 (") || !strings.Contains(text, "flow_test.go:") {
		t.Error(text)
	}
}

func TestOutsideOfFlowThereIsNoMemoryAndNoPeer(t *testing.T) {
	var value any
	_, err := Memory("orders").Get("last", &value)
	if err == nil || Memory("orders").Set("last", 1) == nil || Call("tokenize", 1, &value) == nil {
		t.Error("there is a host here")
	}
}

func TestAStreamOfValuesIsAnsweredLineByLine(t *testing.T) {
	defer func() { handler = nil }()
	handler = func(input []byte) ([]byte, error) {
		if string(input) == "3" {
			return nil, errors.New("no three")
		}
		return write(Many(json.RawMessage(input), json.RawMessage(`"again"`)))
	}
	var output strings.Builder
	err := answerAll(strings.NewReader("1 2\n3 4"), &output)
	if fmt.Sprint(err) != "no three" || output.String() != "1\n\"again\"\n2\n\"again\"\n" {
		t.Errorf("%v after %q", err, output.String())
	}
}
