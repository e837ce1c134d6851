//! The same random operations on a real directory by system calls, on one
//! behind a mount, and in memory: all three must answer alike.

mod answer;
mod ours;
mod real;
mod steps;

use proptest::{collection::vec, prelude::*};
use rustix::fs::{self as system, Mode, OFlags};

use self::{
    ours::Ours,
    real::{Real, failed},
    steps::{Step, step},
};
use super::*;

fn mirrored(steps: &[Step]) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().canonicalize().unwrap().join("real");
    let behind = folder.path().join("behind");
    std::fs::create_dir(&place).unwrap();
    std::fs::create_dir(&behind).unwrap();
    let root = system::open(&place, OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty());
    let mut real = Real {
        root: root.unwrap(),
        place,
        open: Vec::new(),
    };
    let mut mounted = Ours::new(with_data(&behind, Access::ReadWrite), "/data");
    let mut files = in_memory();
    files.make_directory("/tmp/root").unwrap();
    let mut memory = Ours::new(files, "/tmp/root");
    for (index, step) in steps.iter().enumerate() {
        let skipped = step.paths().iter().any(|path| real.leads_out(path))
            || (matches!(step, Step::Open(..)) && real.open.len() == 3)
            || matches!(step, Step::Seek(open, ..) if real.is_directory(*open));
        if skipped {
            continue;
        }
        let expected = real.run(step).map_err(failed);
        let done = &steps[..=index];
        let (in_memory, mounted) = (memory.run(step), mounted.run(step));
        prop_assert_eq!(&in_memory, &expected, "in memory: {:#?}", done);
        if matches!(step, Step::Rename(..)) {
            // Where both paths are wrong, it depends which is looked at first.
            prop_assert_eq!(mounted.is_ok(), expected.is_ok(), "mounted: {:#?}", done);
        } else {
            prop_assert_eq!(&mounted, &expected, "mounted: {:#?}", done);
        }
    }
    let used = memory.files.used();
    prop_assert_eq!(used, memory.files.memory.recounted());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn memory_and_mounts_answer_as_the_real_directory(steps in vec(step(), 1..80)) {
        mirrored(&steps)?;
    }
}
