;; Copies its input to its output.
(module
  (import "wasi_snapshot_preview1" "fd_read"
    (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (func (export "_start") (local $place i32) (local $rest i32)
    (loop $next
      (i32.store (i32.const 0) (i32.const 4096))
      (i32.store (i32.const 4) (i32.const 65536))
      (if (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8))
        (then (return)))
      (local.set $place (i32.const 4096))
      (local.set $rest (i32.load (i32.const 8)))
      (if (i32.eqz (local.get $rest)) (then (return)))
      (loop $write-all
        (i32.store (i32.const 0) (local.get $place))
        (i32.store (i32.const 4) (local.get $rest))
        (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))
          (then (return)))
        (local.set $place (i32.add (local.get $place) (i32.load (i32.const 8))))
        (local.set $rest (i32.sub (local.get $rest) (i32.load (i32.const 8))))
        (br_if $write-all (local.get $rest)))
      (br $next))))
