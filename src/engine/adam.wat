;; One Adam step (Kingma & Ba 2015, algorithm 1) over a slice of parameters, with the running average of the weights.
;; All arrays hold `count` float32 numbers, a multiple of 16. The gradient is the sum of `shards` arrays, `stride` bytes apart.
;; scale = rate * sqrt(1 - beta2^t) / (1 - beta1^t) and floor = epsilon * sqrt(1 - beta2^t) carry the bias corrections.
;; Compiled into adam-wasm.ts by: npm run generate:adam
(module
  (import "memory" "all" (memory 1 65536 shared))
  (func (export "step")
    (param $weights i32) (param $first i32) (param $second i32) (param $average i32)
    (param $gradient i32) (param $stride i32) (param $shards i32) (param $count i32)
    (param $scale f32) (param $floor f32) (param $beta1 f32) (param $beta2 f32) (param $follow f32)
    (local $i i32) (local $end i32) (local $shard i32) (local $at i32)
    (local $g v128) (local $m v128) (local $v v128) (local $w v128) (local $a v128)
    (local $b1 v128) (local $c1 v128) (local $b2 v128) (local $c2 v128)
    (local $rate v128) (local $eps v128) (local $tiny v128) (local $round v128) (local $pull v128)
    (local.set $b1 (f32x4.splat (local.get $beta1)))
    (local.set $c1 (f32x4.splat (f32.sub (f32.const 1) (local.get $beta1))))
    (local.set $b2 (f32x4.splat (local.get $beta2)))
    (local.set $c2 (f32x4.splat (f32.sub (f32.const 1) (local.get $beta2))))
    (local.set $rate (f32x4.splat (local.get $scale)))
    (local.set $eps (f32x4.splat (local.get $floor)))
    (local.set $pull (f32x4.splat (local.get $follow)))
    (local.set $tiny (f32x4.splat (f32.const 1e-30)))
    (local.set $round (f32x4.splat (f32.const 1e-23)))
    (local.set $end (i32.mul (local.get $count) (i32.const 4)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $end)))
        ;; four times:
        ;; the gradient: shards added in their order
        (local.set $at (i32.add (local.get $gradient) (local.get $i)))
        (local.set $g (v128.load (local.get $at)))
        (local.set $shard (i32.const 1))
        (block $summed
          (loop $add
            (br_if $summed (i32.ge_u (local.get $shard) (local.get $shards)))
            (local.set $at (i32.add (local.get $at) (local.get $stride)))
            (local.set $g (f32x4.add (local.get $g) (v128.load (local.get $at))))
            (local.set $shard (i32.add (local.get $shard) (i32.const 1)))
            (br $add)))
        ;; the moments, kept from where they, or what they are multiplied to, are subnormal, for such numbers take a hundred
        ;; times as long: the first is rounded to multiples of 1e-30, and the second stays above that, its root far below epsilon
        (local.set $at (i32.add (local.get $first) (local.get $i)))
        (local.set $m (f32x4.add
          (f32x4.mul (local.get $b1) (v128.load (local.get $at)))
          (f32x4.mul (local.get $c1) (local.get $g))))
        (local.set $m (f32x4.sub (f32x4.add (local.get $m) (local.get $round)) (local.get $round)))
        (v128.store (local.get $at) (local.get $m))
        (local.set $at (i32.add (local.get $second) (local.get $i)))
        (local.set $v (f32x4.add
          (f32x4.mul (local.get $b2) (v128.load (local.get $at)))
          (f32x4.mul (local.get $c2) (f32x4.mul (local.get $g) (local.get $g)))))
        (local.set $v (f32x4.pmax (local.get $v) (local.get $tiny)))
        (v128.store (local.get $at) (local.get $v))
        ;; the step
        (local.set $at (i32.add (local.get $weights) (local.get $i)))
        (local.set $w (f32x4.sub (v128.load (local.get $at))
          (f32x4.div (f32x4.mul (local.get $rate) (local.get $m))
            (f32x4.add (f32x4.sqrt (local.get $v)) (local.get $eps)))))
        (v128.store (local.get $at) (local.get $w))
        ;; the average moves towards the weights
        (local.set $at (i32.add (local.get $average) (local.get $i)))
        (local.set $a (v128.load (local.get $at)))
        (v128.store (local.get $at)
          (f32x4.add (local.get $a) (f32x4.mul (local.get $pull) (f32x4.sub (local.get $w) (local.get $a)))))
        (local.set $i (i32.add (local.get $i) (i32.const 16)))
        ;; so far
        (br $next)))))
