use super::{Returns, Throws, assemble, convert_valid, instructions, outcomes, with_tags};

#[test]
fn a_delegate_skips_the_handlers_up_to_its_target() {
    let text = r#"(func (export "run") (param i32) (result i32)
        try $outer (result i32)
            try $skipped (result i32)
                try (result i32)
                    (call $throw (local.get 0))
                    i32.const 1
                delegate $outer
            catch_all
                i32.const 2
            end
        catch $a
            i32.const 100
            i32.add
        catch $c
            i32.const 3
        end)"#;
    let expected = [Returns(1), Returns(110), Throws, Returns(3)];
    assert_eq!(outcomes(text, [0, 1, 2, 3]), expected);
}

#[test]
fn what_the_target_does_not_catch_goes_to_the_handlers_around_it() {
    let text = r#"(func (export "run") (param i32) (result i32)
        try (result i32)
            try $target (result i32)
                try (result i32)
                    try (result i32)
                        (call $throw (local.get 0))
                        i32.const 1
                    delegate $target
                catch_all
                    i32.const 2
                end
            catch $a
                i32.const 100
                i32.add
            end
        catch $a
            i32.const 200
            i32.add
        catch $c
            i32.const 3
        end)"#;
    let expected = [Returns(1), Returns(110), Throws, Returns(3)];
    assert_eq!(outcomes(text, [0, 1, 2, 3]), expected);
}

#[test]
fn a_delegate_to_the_function_passes_every_handler() {
    let text = r#"
    (func $inner (param i32) (result i32)
        try (result i32)
            try (result i32)
                (br_if 2 (i32.const 8) (i32.eq (local.get 0) (i32.const 4)))
                drop
                (call $throw (local.get 0))
                i32.const 1
            delegate 1
        catch_all
            i32.const 2
        end)
    (func (export "run") (param i32) (result i32)
        try (result i32)
            (call $inner (local.get 0))
        catch $a
        catch $b
            i32.wrap_i64
            i32.add
        end)"#;
    let expected = [Returns(1), Returns(10), Returns(25), Throws, Returns(8)];
    assert_eq!(outcomes(text, [0, 1, 2, 3, 4]), expected);
}

#[test]
fn a_delegate_to_a_plain_block_goes_to_the_try_around_the_block() {
    let text = r#"(func (export "run") (param i32) (result i32)
        try (result i32)
            block $target (result i32)
                try (result i32)
                    try (result i32)
                        (call $throw (local.get 0))
                        i32.const 1
                    delegate $target
                catch_all
                    i32.const 2
                end
            end
        catch $a
            i32.const 100
            i32.add
        end)"#;
    assert_eq!(
        outcomes(text, [0, 1, 3]),
        [Returns(1), Returns(110), Throws]
    );
}

#[test]
fn a_delegate_to_a_try_from_its_clause_is_past_that_try() {
    let text = r#"(func (export "run") (param i32) (result i32)
        try (result i32)
            try $target (result i32)
                (call $throw (i32.const 3))
                i32.const 0
            catch_all
                try (result i32)
                    try (result i32)
                        (call $throw (local.get 0))
                        i32.const 1
                    delegate $target
                catch_all
                    i32.const 2
                end
            end
        catch $a
            i32.const 100
            i32.add
        end)"#;
    assert_eq!(
        outcomes(text, [0, 1, 3]),
        [Returns(1), Returns(110), Throws]
    );
}

#[test]
fn a_delegate_may_name_another_delegate() {
    let text = r#"(func (export "run") (param i32) (result i32)
        try $outer (result i32)
            try (result i32)
                try $between (result i32)
                    try (result i32)
                        try (result i32)
                            (call $throw (local.get 0))
                            i32.const 1
                        delegate $between
                    catch $c
                        i32.const 4
                    end
                delegate $outer
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
fn a_clause_that_rethrows_gets_the_exception_from_a_delegate_too() {
    let text = r#"(func (export "run") (param i32) (result i32)
        try (result i32)
            try $target (result i32)
                try (result i32)
                    try (result i32)
                        (call $throw (local.get 0))
                        i32.const 1
                    delegate $target
                catch_all
                    i32.const 2
                end
            catch $b
                drop
                drop
                rethrow 0
            catch_all
                rethrow 0
            end
        catch $a
        catch $b
            i32.wrap_i64
            i32.add
        end)"#;
    let expected = [Returns(1), Returns(10), Returns(25), Throws];
    assert_eq!(outcomes(text, [0, 1, 2, 3]), expected);
}

#[test]
fn a_delegate_to_where_the_exception_goes_anyway_is_a_plain_block() {
    let text = r#"(func (param i32)
        try
            block
                try
                    (call $throw (local.get 0))
                delegate 1
                try
                    (call $throw (local.get 0))
                delegate 0
            end
        catch_all
        end)"#;
    let converted = convert_valid(&assemble(&with_tags(text)));
    let instructions = instructions(&converted, 1);
    let tries = instructions
        .iter()
        .filter(|name| name.starts_with("TryTable"));
    assert_eq!(tries.count(), 1, "{instructions:#?}");
}
