package flow

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// numberError is a number that has no exact value in Go.
type numberError struct {
	path, problem string
}

func (err *numberError) Error() string {
	return err.problem
}

// isOpen tells whether a value of the type may hold an any, into which
// encoding/json would put every number as float64. seen are the types around it.
func isOpen(kind reflect.Type, seen []reflect.Type) bool {
	for _, around := range seen {
		if around == kind {
			return false
		}
	}
	seen = append(seen, kind)
	switch kind.Kind() {
	case reflect.Interface:
		return kind.NumMethod() == 0
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return isOpen(kind.Elem(), seen)
	case reflect.Struct:
		for i := range kind.NumField() {
			if field := kind.Field(i); isOpen(field.Type, seen) {
				return true
			}
		}
	}
	return false
}

// exact turns the numbers within every any below value into int64 where they
// are written as integers, else into float64.
func exact(value reflect.Value, way []step) error {
	switch value.Kind() {
	case reflect.Interface:
		if value.IsNil() || !value.CanSet() {
			return nil
		}
		plain, err := exactValue(value.Interface(), way)
		if err == nil {
			value.Set(reflect.ValueOf(plain))
		}
		return err
	case reflect.Pointer:
		if !value.IsNil() {
			return exact(value.Elem(), way)
		}
	case reflect.Struct:
		return exactFields(value, way)
	case reflect.Slice, reflect.Array:
		if !isOpen(value.Type().Elem(), nil) {
			return nil
		}
		for i := range value.Len() {
			if err := exact(value.Index(i), append(way, step{isList: true, index: i})); err != nil {
				return err
			}
		}
	case reflect.Map:
		return exactMap(value, way)
	}
	return nil
}

func exactFields(value reflect.Value, way []step) error {
	for i := range value.NumField() {
		field := value.Type().Field(i)
		if !field.IsExported() && !field.Anonymous {
			continue
		}
		if err := exact(value.Field(i), append(way, step{key: nameOf(field)})); err != nil {
			return err
		}
	}
	return nil
}

// exactMap replaces the elements of a map, which cannot be changed in place.
func exactMap(value reflect.Value, way []step) error {
	of := value.Type().Elem()
	if !isOpen(of, nil) {
		return nil
	}
	for _, key := range value.MapKeys() {
		element := reflect.New(of).Elem()
		element.Set(value.MapIndex(key))
		if err := exact(element, append(way, step{key: fmt.Sprint(key)})); err != nil {
			return err
		}
		value.SetMapIndex(key, element)
	}
	return nil
}

// exactValue is the same for what encoding/json itself puts into an any.
func exactValue(value any, way []step) (any, error) {
	switch value := value.(type) {
	case json.Number:
		return exactNumber(string(value), way)
	case []any:
		for i, element := range value {
			plain, err := exactValue(element, append(way, step{isList: true, index: i}))
			if err != nil {
				return nil, err
			}
			value[i] = plain
		}
	case map[string]any:
		for key, element := range value {
			plain, err := exactValue(element, append(way, step{key: key}))
			if err != nil {
				return nil, err
			}
			value[key] = plain
		}
	}
	return value, nil
}

func exactNumber(text string, way []step) (any, error) {
	if strings.ContainsAny(text, ".eE") {
		number, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, &numberError{join(way), "number " + text + ", expected float64"}
		}
		return number, nil
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, &numberError{join(way), "number " + text + ", expected int64"}
	}
	return number, nil
}

// nameOf is the key of a struct's field in JSON.
func nameOf(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if name == "" {
		return field.Name
	}
	return name
}
