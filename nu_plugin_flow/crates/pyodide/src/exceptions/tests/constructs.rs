use super::{Returns, Throws, outcomes};

#[test]
fn the_first_clause_that_matches_gets_the_values_of_the_tag() {
    let text = r#"(func (export "run") (param i32) (result i32)
        try (result i32)
            local.get 0
            call $throw
            i32.const 1
        catch $a
            i32.const 100
            i32.add
        catch $b
            i32.wrap_i64
            i32.mul
        catch_all
            i32.const 7
        end)"#;
    let expected = [Returns(1), Returns(110), Returns(100), Returns(7)];
    assert_eq!(outcomes(text, [0, 1, 2, 3]), expected);
}

#[test]
fn what_no_clause_catches_leaves_the_function() {
    let text = r#"(func (export "run") (param i32) (result i32)
        try
            local.get 0
            call $throw
        catch $a
            return
        end
        i32.const 1)"#;
    let expected = [Returns(1), Returns(10), Throws, Throws];
    assert_eq!(outcomes(text, [0, 1, 2, 3]), expected);
}

#[test]
fn a_try_without_clauses_catches_nothing() {
    let text = r#"(func (export "run") (param i32) (result i32)
        try (result i32)
            (br_if 0 (i32.const 5) (i32.eqz (local.get 0)))
            drop
            local.get 0
            call $throw
            i32.const 1
        end)"#;
    assert_eq!(outcomes(text, [0, 1, 4]), [Returns(5), Throws, Returns(1)]);
}

#[test]
fn a_try_takes_parameters_and_gives_several_results() {
    let text = r#"(func (export "run") (param i32) (result i32)
        (local i64 i32)
        i32.const 3
        i64.const 4
        try (param i32 i64) (result i64 i32)
            local.set 1
            local.set 2
            local.get 0
            call $throw
            local.get 1
            local.get 2
        catch $b
            local.set 1
            local.set 2
            local.get 1
            local.get 2
            br 0
        catch_all
            i64.const 6
            i32.const 7
        end
        i32.const 100
        i32.mul
        local.set 2
        i32.wrap_i64
        local.get 2
        i32.add)"#;
    let expected = [Returns(304), Returns(706), Returns(2005), Returns(706)];
    assert_eq!(outcomes(text, [0, 1, 2, 3]), expected);
}

#[test]
fn a_rethrow_passes_the_same_exception_on() {
    let text = r#"
    (global $cleaned (mut i32) (i32.const 0))
    (func $inner (param i32)
        try
            local.get 0
            call $throw
        catch $b
            drop
            drop
            (global.set $cleaned (i32.const 2000))
            rethrow 0
        catch_all
            (global.set $cleaned (i32.const 1000))
            rethrow 0
        end)
    (func (export "run") (param i32) (result i32)
        try (result i32)
            local.get 0
            call $inner
            i32.const 1
        catch $a
        catch $b
            i32.wrap_i64
            i32.add
        end
        global.get $cleaned
        i32.add)"#;
    let expected = [Returns(1), Returns(1010), Returns(2025), Throws];
    assert_eq!(outcomes(text, [0, 1, 2, 3]), expected);
}

#[test]
fn a_rethrow_names_the_clause_by_depth() {
    let text = r#"
    (func $nested (param i32)
        try
            (call $throw (i32.const 2))
        catch_all
            try
                (call $throw (i32.const 1))
            catch $a
                drop
                block
                    try
                        (call $throw (i32.const 3))
                    catch_all
                        (if (i32.eq (local.get 0) (i32.const 0)) (then rethrow 1))
                        (if (i32.eq (local.get 0) (i32.const 1)) (then rethrow 3))
                        (br_if 1 (i32.eq (local.get 0) (i32.const 2)))
                        rethrow 3
                    end
                end
                rethrow 0
            end
        end)
    (func (export "run") (param i32) (result i32)
        try (result i32)
            (call $nested (local.get 0))
            i32.const 0
        catch $a
        catch $b
            drop
        catch $c
            i32.const 30
        end)"#;
    let expected = [Returns(30), Returns(10), Returns(10), Returns(20)];
    assert_eq!(outcomes(text, [0, 1, 2, 3]), expected);
}

#[test]
fn an_exception_thrown_by_a_clause_is_not_caught_by_its_own_try() {
    let text = r#"(func (export "run") (param i32) (result i32)
        try (result i32)
            try (result i32)
                (call $throw (i32.const 1))
                i32.const 0
            catch $a
                drop
                (call $throw (local.get 0))
                i32.const 1
            catch_all
                i32.const 2
            end
        catch_all
            i32.const 3
        end)"#;
    assert_eq!(
        outcomes(text, [0, 1, 3]),
        [Returns(1), Returns(3), Returns(3)]
    );
}

#[test]
fn branches_leave_bodies_and_clauses_for_every_label() {
    let text = r#"(func (export "run") (param i32) (result i32)
        block $out (result i32)
            block $two
                block $one
                    try $try
                        (br_table $try $one $two (local.get 0))
                    catch $a
                        br $out
                    catch_all
                        br $two
                    end
                    try $try
                        (call $throw (i32.sub (local.get 0) (i32.const 3)))
                        (br_if $one (i32.eq (local.get 0) (i32.const 7)))
                        (return (i32.const 40))
                    catch $a
                        br $out
                    catch_all
                        br $try
                    end
                    (return (i32.const 60))
                end
                (br $out (i32.const 1))
            end
            try $try
                (call $throw (i32.sub (local.get 0) (i32.const 2)))
                (br $out (i32.const 2))
            catch $b
                drop
                br $out
            catch $a
                br $out
            catch_all
                (loop $again
                    (local.set 0 (i32.add (local.get 0) (i32.const 1)))
                    (br_if $again (i32.lt_u (local.get 0) (i32.const 70))))
            end
            local.get 0
        end)"#;
    // 0 branches to the end of the first `try` and goes on behind it.
    let expected = [
        Returns(40),
        Returns(1),
        Returns(2),
        Returns(10),
        Returns(20),
        Returns(70),
    ];
    assert_eq!(outcomes(text, [0, 1, 2, 3, 4, 5]), expected);
}

#[test]
fn dead_code_is_renumbered_too() {
    let text = r#"(func (export "run") (param i32) (result i32)
        block $out (result i32)
            local.get 0
            br $out
            try (param i32) (result i32)
                unreachable
                br $out
            catch $a
                unreachable
                try
                    unreachable
                    br_if $out
                    drop
                delegate $out
                try (result i32)
                    unreachable
                    br 2
                catch_all
                    rethrow 1
                end
            catch $b
                drop
                return
                rethrow 0
            end
            try
            catch_all
                br 0
                rethrow 0
            end
        end)"#;
    assert_eq!(outcomes(text, [4]), [Returns(4)]);
}

#[test]
fn a_loop_that_catches_keeps_its_own_label() {
    let text = r#"(func (export "run") (param $count i32) (result i32)
        (local $sum i32)
        loop $again (result i32)
            try (result i32)
                (call $throw (i32.and (local.get $count) (i32.const 3)))
                i32.const 1
            catch $a
            catch $b
                drop
            catch_all
                i32.const 30
            end
            local.get $sum
            i32.add
            local.set $sum
            (local.set $count (i32.sub (local.get $count) (i32.const 1)))
            try
                (br_if $again (local.get $count))
            catch_all
            end
            local.get $sum
        end)"#;
    assert_eq!(
        outcomes(text, [1, 4, 8]),
        [Returns(10), Returns(61), Returns(122)]
    );
}
