//! The plugin's program: `plugin add nu_plugin_flow`.

use nu_plugin::{MsgPackSerializer, serve_plugin};
use nu_plugin_flow::FlowPlugin;

fn main() {
    serve_plugin(&FlowPlugin::default(), MsgPackSerializer);
}
