//! The plugin's program: `plugin add nu_plugin_flow`.

use nu_plugin::{MsgPackSerializer, serve_plugin};
use nu_plugin_flow::{FlowPlugin, orphan};

fn main() {
    // Without the thread, a plugin ends a little later than its Nushell.
    let _ = orphan::end_with_parent();
    serve_plugin(&FlowPlugin::default(), MsgPackSerializer);
}
