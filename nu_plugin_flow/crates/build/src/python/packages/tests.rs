use std::{
    cell::RefCell,
    collections::BTreeMap,
    sync::{Mutex, atomic::AtomicBool},
    time::Duration,
};

use flow_cache::Digest;
use flow_process::{Command, Executor, Outcome, ProcessError};

use super::*;
use crate::python::unpack::tests::wheel;

static GO: AtomicBool = AtomicBool::new(false);

const PURE: &str = "pure-1.0-py3-none-any.whl";
const CODE: &str = "code-2.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl";

/// Stands for uv and pip: uv locks the wheels on the shelf, pip fetches them.
#[derive(Default)]
struct Shelf {
    wheels: BTreeMap<&'static str, Vec<u8>>,
    /// Digests that the index claims although they are wrong.
    wrong: bool,
    /// Programs that are not there.
    missing: Vec<&'static str>,
    /// What was started, without the place.
    started: Mutex<Vec<String>>,
}

impl Shelf {
    fn new() -> Shelf {
        let pure = wheel(&[
            ("pure/__init__.py", "x = 1"),
            ("pure-1.0.dist-info/METADATA", "Name: pure"),
        ]);
        let code = wheel(&[("code/fast.so", "\0asm")]);
        Shelf {
            wheels: BTreeMap::from([(PURE, pure), (CODE, code)]),
            ..Shelf::default()
        }
    }

    fn without(missing: &[&'static str]) -> Shelf {
        Shelf {
            missing: missing.to_vec(),
            ..Shelf::new()
        }
    }

    fn pylock(&self) -> String {
        let packages = self.wheels.iter().map(|(file, bytes)| {
            let (name, rest) = file.split_once('-').unwrap();
            let (version, _) = rest.split_once('-').unwrap();
            let digest = match self.wrong {
                true => Digest::of(b"another"),
                false => Digest::of(bytes),
            };
            format!(
                "[[packages]]\nname = \"{name}\"\nversion = \"{version}\"\nwheels = [{{ url = \"https://wheels.example/{file}\", hashes = {{ sha256 = \"{}\" }} }}]\n",
                digest.to_hex()
            )
        });
        let head = "lock-version = \"1.0\"\ncreated-by = \"uv\"\n".to_owned();
        head + &packages.collect::<String>()
    }

    fn started(&self) -> Vec<String> {
        std::mem::take(&mut *self.started.lock().unwrap())
    }
}

impl Executor for Shelf {
    fn place(&self) -> String {
        "a shelf".to_owned()
    }

    fn run(
        &self,
        command: &Command,
        _cancel: &AtomicBool,
        _on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, ProcessError> {
        let program = command.program.clone();
        if self.missing.contains(&program.as_str()) {
            return Err(ProcessError::NotFound { program });
        }
        let verb = command.args.iter().take(2).cloned().collect::<Vec<_>>();
        self.started
            .lock()
            .unwrap()
            .push(format!("{program} {}", verb.join(" ")));
        if program == "uv" {
            fs::write(command.dir.join("pylock.toml"), self.pylock()).unwrap();
        } else {
            let wheels = command.dir.join("wheels");
            fs::create_dir_all(&wheels).unwrap();
            let urls = command
                .args
                .iter()
                .filter(|text| text.starts_with("https:"));
            for file in urls.map(|url| url.rsplit('/').next().unwrap()) {
                fs::write(wheels.join(file), &self.wheels[file]).unwrap();
            }
        }
        Ok(Outcome {
            status: 0,
            stdout: Vec::new(),
            stderr: Vec::new(),
            duration: Duration::ZERO,
        })
    }

    fn copy_out(&self, _: &Path, _: &Path, _: &AtomicBool) -> Result<u64, ProcessError> {
        unreachable!("nothing is copied out")
    }
}

/// An agent's folder, a cache and a folder for the tools.
struct Fixture {
    _folder: tempfile::TempDir,
    root: PathBuf,
    scratch: PathBuf,
    cache: Cache,
}

/// The environment that was made.
#[derive(Debug)]
struct Made {
    environment: Digest,
    folder: PathBuf,
}

impl Fixture {
    fn new() -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        let [root, scratch] = ["agent", "scratch"].map(|name| folder.path().join(name));
        fs::create_dir(&root).unwrap();
        fs::create_dir(&scratch).unwrap();
        Fixture {
            cache: Cache::at(folder.path().join("cache")),
            _folder: folder,
            root,
            scratch,
        }
    }

    fn prepare(
        &self,
        shelf: &Shelf,
        texts: &[&str],
        root: Option<&Path>,
    ) -> Result<(Made, Vec<String>), BuildError> {
        let said = RefCell::new(Vec::new());
        let tools = Tools {
            executor: shelf,
            cancel: &GO,
            agent: "a",
            on_line: &|line| said.borrow_mut().push(line.to_owned()),
            folder: &self.scratch,
        };
        let lock = prepare(&Requirements::parsed(texts), root, &self.cache, &tools)?;
        let environment = lock.environment();
        let tree = self.cache.get_tree(Bucket::Environments, &environment);
        let folder = tree.unwrap().unwrap().path;
        let made = Made {
            environment,
            folder,
        };
        Ok((made, said.into_inner()))
    }

    fn lock(&self) -> String {
        fs::read_to_string(self.root.join("pylock.toml")).unwrap()
    }
}

fn message(result: Result<(Made, Vec<String>), BuildError>) -> String {
    let error = result.unwrap_err();
    let help = miette::Diagnostic::help(&error).unwrap().to_string();
    format!("{error}\n  help: {help}")
}

#[test]
fn packages_are_locked_fetched_and_unpacked_once() {
    let (fixture, shelf) = (Fixture::new(), Shelf::new());
    let root = Some(fixture.root.as_path());
    let (packages, said) = fixture.prepare(&shelf, &["pure", "code>=2"], root).unwrap();
    assert_eq!(
        said,
        [
            "finding packages for `pure`, `code>=2`",
            "fetching 2 packages"
        ]
    );
    let text = fs::read_to_string(packages.folder.join("pure/__init__.py")).unwrap();
    assert_eq!(text, "x = 1");
    assert!(packages.folder.join("code/fast.so").is_file());
    assert!(fixture.lock().contains("created-by = \"flow\""));
    assert_eq!(
        shelf.started(),
        ["uv pip compile", "pip3 download --no-deps"]
    );

    let (again, said) = fixture.prepare(&shelf, &["pure", "code>=2"], root).unwrap();
    assert_eq!(
        (again.environment, again.folder.as_path()),
        (packages.environment, packages.folder.as_path())
    );
    assert!(said.is_empty() && shelf.started().is_empty());
    // Another agent with the same lock, and the wheels alone.
    fs::remove_dir_all(&packages.folder).unwrap();
    fixture.prepare(&shelf, &["pure", "code>=2"], root).unwrap();
    assert!(shelf.started().is_empty());
}

#[test]
fn a_half_made_environment_is_repaired_from_the_cache() {
    let (fixture, shelf) = (Fixture::new(), Shelf::new());
    let root = Some(fixture.root.as_path());
    let (packages, _) = fixture.prepare(&shelf, &["pure"], root).unwrap();
    shelf.started();
    fs::remove_file(packages.folder.join("pure/__init__.py")).unwrap();
    fixture.prepare(&shelf, &["pure"], root).unwrap();
    assert!(packages.folder.join("pure/__init__.py").is_file());
    assert!(shelf.started().is_empty());
}

#[test]
fn a_lock_is_honoured_on_another_machine() {
    let (fixture, shelf) = (Fixture::new(), Shelf::new());
    fixture
        .prepare(&shelf, &["pure"], Some(&fixture.root))
        .unwrap();
    shelf.started();
    let other = Fixture {
        cache: Cache::at(fixture.root.join("other-cache")),
        root: fixture.root.clone(),
        scratch: fixture.scratch.clone(),
        _folder: tempfile::tempdir().unwrap(),
    };
    other
        .prepare(&shelf, &["pure"], Some(&fixture.root))
        .unwrap();
    assert_eq!(shelf.started(), ["pip3 download --no-deps"]);
}

#[test]
fn flows_own_lock_is_written_anew_when_the_requirements_change_and_says_so() {
    let (fixture, shelf) = (Fixture::new(), Shelf::new());
    let root = Some(fixture.root.as_path());
    fixture.prepare(&shelf, &["pure"], root).unwrap();
    let (_, said) = fixture.prepare(&shelf, &["pure", "code"], root).unwrap();
    assert!(said[0].contains("is out of date"), "{said:?}");
    assert!(fixture.lock().contains("\"code\""));
}

#[test]
fn the_lock_of_another_tool_is_honoured_and_never_overwritten() {
    let (fixture, shelf) = (Fixture::new(), Shelf::new());
    let root = Some(fixture.root.as_path());
    let theirs = shelf.pylock();
    fs::write(fixture.root.join("pylock.toml"), &theirs).unwrap();
    fixture.prepare(&shelf, &["pure>=1"], root).unwrap();
    assert_eq!(shelf.started(), ["pip3 download --no-deps"]);
    let unmet = message(fixture.prepare(&shelf, &["pure>=1.5"], root));
    assert_eq!(fixture.lock(), theirs);
    fs::write(fixture.root.join("pylock.toml"), "lock-version = \"9\"").unwrap();
    let unreadable = message(fixture.prepare(&shelf, &["pure"], root));
    let report = format!("{unmet}\n{unreadable}");
    insta::assert_snapshot!(report.replace(fixture.root.to_str().unwrap(), "AGENT"));
}

#[test]
fn a_file_without_a_folder_of_its_own_has_its_lock_in_the_cache() {
    let (fixture, shelf) = (Fixture::new(), Shelf::new());
    fixture.prepare(&shelf, &["pure"], None).unwrap();
    shelf.started();
    fixture.prepare(&shelf, &["pure"], None).unwrap();
    assert!(shelf.started().is_empty());
    fixture.prepare(&shelf, &["code"], None).unwrap();
    assert_eq!(shelf.started(), ["uv pip compile"]);
    assert_eq!(fs::read_dir(&fixture.root).unwrap().count(), 0);
}

#[test]
fn a_wheel_that_is_not_the_locked_one_is_named_and_not_kept() {
    let fixture = Fixture::new();
    let mut shelf = Shelf::new();
    shelf.wrong = true;
    let error = message(fixture.prepare(&shelf, &["pure"], Some(&fixture.root)));
    let error = error.replace(fixture.root.to_str().unwrap(), "AGENT");
    insta::assert_snapshot!(error);
    let kept = fs::read_dir(fixture.cache.root().join("wheels-v1")).unwrap();
    let kept = kept.filter(|entry| {
        let path = entry.as_ref().unwrap().path();
        path.extension().is_some_and(|extension| extension == "whl")
    });
    assert_eq!(kept.count(), 0);
}

#[test]
fn a_wheel_that_cannot_be_unpacked_is_named() {
    let fixture = Fixture::new();
    let mut shelf = Shelf::new();
    shelf.wheels.insert(PURE, wheel(&[("../outside", "")]));
    let error = message(fixture.prepare(&shelf, &["pure"], Some(&fixture.root)));
    insta::assert_snapshot!(error);
}

#[test]
fn without_uv_and_pip_the_command_that_installs_uv_is_named() {
    let fixture = Fixture::new();
    let shelf = Shelf::without(&["uv", "pip3", "pip", "python3", "python"]);
    let error = message(fixture.prepare(&shelf, &["pure"], Some(&fixture.root)));
    insta::assert_snapshot!(error);
}

#[test]
fn a_cancelled_build_is_no_failure_of_a_tool() {
    struct Cancelled;
    impl Executor for Cancelled {
        fn place(&self) -> String {
            String::new()
        }
        fn run(
            &self,
            command: &Command,
            _: &AtomicBool,
            _: &mut dyn FnMut(&str),
        ) -> Result<Outcome, ProcessError> {
            Err(ProcessError::Cancelled {
                program: command.program.clone(),
            })
        }
        fn copy_out(&self, _: &Path, _: &Path, _: &AtomicBool) -> Result<u64, ProcessError> {
            Ok(0)
        }
    }
    let fixture = Fixture::new();
    let tools = Tools {
        executor: &Cancelled,
        cancel: &GO,
        agent: "a",
        on_line: &|_| {},
        folder: &fixture.scratch,
    };
    let requirements = Requirements::parsed(&["pure"]);
    let error = prepare(&requirements, Some(&fixture.root), &fixture.cache, &tools).unwrap_err();
    assert!(matches!(error, BuildError::Cancelled { .. }), "{error:?}");
}
