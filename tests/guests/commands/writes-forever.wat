;; Writes `1` and a line feed to its output, 4 KiB at a time, without end.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start") (local $place i32)
    (local.set $place (i32.const 4096))
    (loop $fill
      (i32.store16 (local.get $place) (i32.const 0x0a31))
      (local.set $place (i32.add (local.get $place) (i32.const 2)))
      (br_if $fill (i32.lt_u (local.get $place) (i32.const 8192))))
    (i32.store (i32.const 0) (i32.const 4096))
    (i32.store (i32.const 4) (i32.const 4096))
    (loop $forever
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
      (br $forever))))
