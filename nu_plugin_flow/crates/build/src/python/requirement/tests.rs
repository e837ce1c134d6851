use miette::Diagnostic;

use super::*;

fn script(text: &str) -> Result<Vec<String>, PythonError> {
    let requirements = Requirements::of(None, None, Some((Path::new("score.py"), text)))?;
    Ok(requirements.texts())
}

fn manifest(text: &str) -> Result<Vec<String>, PythonError> {
    let requirements = Requirements::of(Some((Path::new("agent.toml"), text)), None, None)?;
    Ok(requirements.texts())
}

fn project(text: &str) -> Result<Vec<String>, PythonError> {
    let requirements = Requirements::of(None, Some((Path::new("pyproject.toml"), text)), None)?;
    Ok(requirements.texts())
}

fn report(result: Result<Vec<String>, PythonError>) -> String {
    let error = result.unwrap_err();
    let PythonError::Declaration {
        source_code, span, ..
    } = &error
    else {
        panic!("{error:?}")
    };
    let text = source_code.inner();
    let place = &text[span.offset()..span.offset() + span.len()];
    format!("{error}\n  at: {place}\n  help: {}", error.help().unwrap())
}

const SCRIPT: &str = "#!/usr/bin/env python3
\"\"\"Scores.\"\"\"
# /// script
# requires-python = \">=3.12\"
# dependencies = [
#   \"pydantic>=2\",
#
#   \"colorama; sys_platform == 'win32'\",
# ]
# [tool.whatever]
# key = { any = 1 }
# ///
import pydantic
";

#[test]
fn requirements_come_from_the_manifest_the_project_and_the_program_itself() {
    let found = Requirements::of(
        Some((
            Path::new("agent.toml"),
            "[build]\npackages = [\"six\", \"attrs[x] >= 1 \"]",
        )),
        Some((
            Path::new("pyproject.toml"),
            "[project]\nname = \"a\"\nrequires-python = \">=3.10\"\ndependencies = [\"six\"]",
        )),
        Some((Path::new("main.py"), SCRIPT)),
    );
    let found = found.unwrap();
    assert_eq!(found.texts(), ["attrs[x] >= 1", "pydantic>=2", "six"]);
    let names: Vec<_> = found.iter().map(|one| one.package().to_string()).collect();
    assert_eq!(names, ["attrs", "pydantic", "six"]);
}

#[test]
fn what_asks_for_nothing_has_no_requirements() {
    assert!(script("import json\n").unwrap().is_empty());
    assert!(manifest("[agent]\nname = \"a\"").unwrap().is_empty());
    assert!(manifest("[build]").unwrap().is_empty());
    assert!(project("[tool.ruff]").unwrap().is_empty());
    // Not closed, of another type, or not in the form of the PEP.
    for text in [
        "# /// script\n# dependencies = [\"six\"]\n",
        "# /// script\n# dependencies = [\"six\"]\nimport six\n# ///\n",
        "# /// other\n# dependencies = [\"six\"]\n# ///\n",
        " # /// script\n# dependencies = [\"six\"]\n# ///\n",
        "# /// script\n#dependencies = [\"six\"]\n# ///\n",
    ] {
        assert!(script(text).unwrap().is_empty(), "{text}");
    }
}

#[test]
fn a_block_ends_at_its_last_end_whatever_the_lines_end_in() {
    let text = "# /// script\r\n# dependencies = [\"six\"]\r\n# ///\r\nx = 1\r\n";
    assert_eq!(script(text).unwrap(), ["six"]);
    let text = "# /// script\n# dependencies = [\"six\"]\n# # ///\n# ///";
    assert_eq!(script(text).unwrap(), ["six"]);
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let block = |lines: &str| script(&format!("import é\n# /// script\n{lines}\n# ///\n"));
    let reports = [
        report(block("# dependencies = [\"six\", \"pydantic >>2\"]")),
        report(block("# dependencies = [\"-r other.txt\"]")),
        report(block("# dependencies = [\"./local\"]")),
        report(block("# dependencies = \"six\"")),
        report(block("# dependencies = [\"six\", 1]")),
        report(block("# dependencys = []")),
        report(block("# name = \"a\"")),
        report(block("# requires-python = \"<3.14\"")),
        report(block("# requires-python = \"~=3.12.0\"")),
        report(block("# requires-python = \"new\"")),
        report(block("# dependencies = [")),
        report(script(&format!("{SCRIPT}\n{SCRIPT}"))),
        report(manifest("[build]\npackages = [\n  \"six\",\n  \"a b\",\n]")),
        report(project("[project]\nrequires-python = \"==3.11.*\"")),
        report(project("[project]\ndependencies = [\"a @ b c\"]")),
    ];
    insta::assert_snapshot!(reports.join("\n"));
}

#[test]
fn a_version_is_one_that_was_asked_for_or_not() {
    let allows =
        |requirement: &str, version: &str| Requirement::parse(requirement).unwrap().allows(version);
    assert!(allows("a>=2,<3", "2.1") && !allows("a>=2,<3", "3.0"));
    assert!(allows("a", "0.1") && allows("a==1.*", "1.9"));
    assert!(!allows("a>=1", "not a version"));
}

#[test]
fn an_address_is_refused_since_it_could_be_built_on_this_machine() {
    for address in [
        "https://wheels.example/a-1-py3-none-any.whl",
        "file:///tmp/a",
    ] {
        let refused = Requirement::parse(&format!("a @ {address}")).unwrap_err();
        assert!(refused.contains("run on this machine"), "{refused}");
    }
}
