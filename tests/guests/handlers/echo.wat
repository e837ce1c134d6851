;; Answers with its input: the healthy guest that the hostile ones are followed by.
(module
  (memory (export "memory") 2)
  (func (export "realloc") (param i32 i32 i32 i32) (result i32)
    ;; One record at a time: every call may use the same bytes again.
    (i32.const 1024))
  (func (export "handle") (param $pointer i32) (param $length i32) (result i32)
    ;; At 16: result<string, string> as discriminant, pointer, length.
    (i32.store (i32.const 16) (i32.const 0))
    (i32.store (i32.const 20) (local.get $pointer))
    (i32.store (i32.const 24) (local.get $length))
    (i32.const 16)))
