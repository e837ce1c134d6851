;; Divides by zero: a trap.
(module
  (memory (export "memory") 2)
  (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "handle") (param $pointer i32) (param $length i32) (result i32)
    (i32.div_u (local.get $pointer) (i32.sub (local.get $length) (local.get $length)))))
