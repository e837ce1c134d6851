;; Calls itself without end.
(module
  (memory (export "memory") 2)
  (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func $deeper (param $depth i64) (result i64)
    (i64.add (i64.const 1) (call $deeper (i64.add (local.get $depth) (i64.const 1)))))
  (func (export "handle") (param i32 i32) (result i32)
    (i32.wrap_i64 (call $deeper (i64.const 0)))))
