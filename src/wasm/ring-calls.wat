;; What WebAssembly does for rings in a shared WebAssembly memory: the WasmCalls of src/memory/wasm-calls.ts, which says what each
;; is for. `npm run wasm` makes ring-calls-bytes.ts of it.
;;
;; A control page has `in` at byte 0, `out` at 4, the interrupt mask at 8 and the pending send size at 12. All atomics of
;; WebAssembly are sequentially consistent.
(module
  (import "ring" "memory" (memory 1 65536 shared))

  (func (export "loadIn") (param $page i32) (result i32)
    (i32.atomic.load (local.get $page)))

  (func (export "loadOut") (param $page i32) (result i32)
    (i32.atomic.load offset=4 (local.get $page)))

  ;; Publishes `in`, then reads the mask, then `out`: 1 if the reader wants a signal.
  (func $commitWrite (export "commitWrite") (param $page i32) (param $newIn i32) (param $oldIn i32) (result i32)
    (i32.atomic.store (local.get $page) (local.get $newIn))
    (if (result i32) (i32.atomic.load offset=8 (local.get $page))
      (then (i32.const 0))
      (else (i32.eq (i32.atomic.load offset=4 (local.get $page)) (local.get $oldIn)))))

  ;; Publishes `out`, then reads the pending send size.
  (func $commitRead (export "commitRead") (param $page i32) (param $newOut i32) (result i32)
    (i32.atomic.store offset=4 (local.get $page) (local.get $newOut))
    (i32.atomic.load offset=12 (local.get $page)))

  ;; `length` bytes from `source` to `target`. Forwards in blocks of 64, of 16, of 8 bytes, then byte by byte: on shared memory, engines
  ;; make atomics of memory.copy, a word at a time. Where the target lies within the source, that would read
  ;; what it has written: memory.copy then.
  (func $copy (export "copy") (param $target i32) (param $source i32) (param $length i32)
    (if (i32.lt_u (i32.sub (local.get $target) (local.get $source)) (local.get $length))
      (then
        (memory.copy (local.get $target) (local.get $source) (local.get $length))
        (return)))
    (block $short
      (loop $blocks
        (br_if $short (i32.lt_u (local.get $length) (i32.const 64)))
        (v128.store align=1 (local.get $target) (v128.load align=1 (local.get $source)))
        (v128.store offset=16 align=1 (local.get $target) (v128.load offset=16 align=1 (local.get $source)))
        (v128.store offset=32 align=1 (local.get $target) (v128.load offset=32 align=1 (local.get $source)))
        (v128.store offset=48 align=1 (local.get $target) (v128.load offset=48 align=1 (local.get $source)))
        (local.set $target (i32.add (local.get $target) (i32.const 64)))
        (local.set $source (i32.add (local.get $source) (i32.const 64)))
        (local.set $length (i32.sub (local.get $length) (i32.const 64)))
        (br $blocks)))
    (block $units
      (loop $vectors
        (br_if $units (i32.lt_u (local.get $length) (i32.const 16)))
        (v128.store align=1 (local.get $target) (v128.load align=1 (local.get $source)))
        (local.set $target (i32.add (local.get $target) (i32.const 16)))
        (local.set $source (i32.add (local.get $source) (i32.const 16)))
        (local.set $length (i32.sub (local.get $length) (i32.const 16)))
        (br $vectors)))
    (if (i32.ge_u (local.get $length) (i32.const 8))
      (then
        (i64.store align=1 (local.get $target) (i64.load align=1 (local.get $source)))
        (local.set $target (i32.add (local.get $target) (i32.const 8)))
        (local.set $source (i32.add (local.get $source) (i32.const 8)))
        (local.set $length (i32.sub (local.get $length) (i32.const 8)))))
    (block $end
      (loop $bytes
        (br_if $end (i32.lt_u (local.get $length) (i32.const 1)))
        (i32.store8 (local.get $target) (i32.load8_u (local.get $source)))
        (local.set $target (i32.add (local.get $target) (i32.const 1)))
        (local.set $source (i32.add (local.get $source) (i32.const 1)))
        (local.set $length (i32.sub (local.get $length) (i32.const 1)))
        (br $bytes))))

  ;; A whole packet at `at`: the first two words of its descriptor, an id of 32 bits, `bytes` from `source` as its payload, zeros up to the
  ;; next multiple of 8, and the footer. The words say where the payload and the footer are.
  (func $put (param $at i32) (param $word0 i32) (param $word1 i32) (param $id i32) (param $offset i32)
                            (param $source i32) (param $bytes i32)
    (local $footer i32)
    (local.set $footer (i32.add (local.get $at) (i32.shl (i32.and (local.get $word1) (i32.const 0xffff)) (i32.const 3))))
    (i32.store (local.get $at) (local.get $word0))
    (i32.store offset=4 (local.get $at) (local.get $word1))
    (i64.store offset=8 (local.get $at) (i64.extend_i32_u (local.get $id)))
    (if (i32.and (local.get $bytes) (i32.const 7))
      (then (i64.store (i32.sub (local.get $footer) (i32.const 8)) (i64.const 0))))
    (i32.store (local.get $footer) (i32.const 0))
    (i32.store offset=4 (local.get $footer) (local.get $offset))
    (call $copy
      (i32.add (local.get $at) (i32.shl (i32.shr_u (local.get $word0) (i32.const 16)) (i32.const 3)))
      (local.get $source)
      (local.get $bytes)))

  ;; `put`, then `commitWrite`.
  (func (export "send") (param $page i32) (param $newIn i32) (param $oldIn i32)
                        (param $at i32) (param $word0 i32) (param $word1 i32) (param $id i32) (param $offset i32)
                        (param $source i32) (param $bytes i32) (result i32)
    (call $put
      (local.get $at) (local.get $word0) (local.get $word1) (local.get $id) (local.get $offset)
      (local.get $source) (local.get $bytes))
    (call $commitWrite (local.get $page) (local.get $newIn) (local.get $oldIn)))

  ;; `copy`, then `commitRead`.
  (func (export "receive") (param $page i32) (param $newOut i32) (param $target i32) (param $source i32) (param $length i32)
                           (result i32)
    (call $copy (local.get $target) (local.get $source) (local.get $length))
    (call $commitRead (local.get $page) (local.get $newOut)))

  ;; `receive` for a packet at `at` whose descriptor and `in` the caller has read without ordering: looks at `in` anew (acquire), and at
  ;; the descriptor after it. -1, and nothing done, unless `in` is valid and at least `available` bytes behind `out`, and the four words are
  ;; still what the caller knows. Otherwise 1 if the writer waits for room, or 0.
  (func (export "receiveSeen") (param $page i32) (param $size i32) (param $out i32) (param $newOut i32) (param $available i32)
                               (param $at i32) (param $word0 i32) (param $word1 i32) (param $idLow i32) (param $idHigh i32)
                               (param $target i32) (result i32)
    (local $in i32) (local $start i32)
    (local.set $in (i32.atomic.load (local.get $page)))
    (if (i32.or
          (i32.or
            (i32.or (i32.ge_u (local.get $in) (local.get $size)) (i32.and (local.get $in) (i32.const 7)))
            (i32.lt_u
              (i32.add
                (i32.sub (local.get $in) (local.get $out))
                (select (local.get $size) (i32.const 0) (i32.lt_u (local.get $in) (local.get $out))))
              (local.get $available)))
          (i32.or
            (i32.or
              (i32.xor (i32.load (local.get $at)) (local.get $word0))
              (i32.xor (i32.load offset=4 (local.get $at)) (local.get $word1)))
            (i32.or
              (i32.xor (i32.load offset=8 (local.get $at)) (local.get $idLow))
              (i32.xor (i32.load offset=12 (local.get $at)) (local.get $idHigh)))))
      (then (return (i32.const -1))))
    (local.set $start (i32.shl (i32.shr_u (local.get $word0) (i32.const 16)) (i32.const 3)))
    (call $copy
      (local.get $target)
      (i32.add (local.get $at) (local.get $start))
      (i32.sub (i32.shl (i32.and (local.get $word1) (i32.const 0xffff)) (i32.const 3)) (local.get $start)))
    (i32.ne (call $commitRead (local.get $page) (local.get $newOut)) (i32.const 0)))
)
