//! Everything that belongs to one correlation, as a tree of causes.

use foldback_domain::event::{Position, StreamName, Version};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Deeper nodes are drawn as deep as this.
pub const DEEPEST: usize = 24;

/// What kind of thing a node is. The words are the contract's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    /// A command that was handled.
    Command,
    /// An event.
    Event,
    /// A line of a saga's log.
    SagaStep,
    /// A message on its way out.
    Outbox,
    /// A message that is out.
    Message,
    /// A read model that the events have reached.
    ReadModel,
    /// Something that was given up on.
    DeadLetter,
}

impl NodeKind {
    /// The contract's word.
    pub fn name(self) -> &'static str {
        match self {
            NodeKind::Command => "command",
            NodeKind::Event => "event",
            NodeKind::SagaStep => "saga_step",
            NodeKind::Outbox => "outbox",
            NodeKind::Message => "message",
            NodeKind::ReadModel => "read_model",
            NodeKind::DeadLetter => "dead_letter",
        }
    }
}

/// Something that belongs to a correlation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What tells it from others: an event's id, `saga#sequence`, `outbox:7`.
    pub id: String,
    /// What kind of thing it is.
    pub kind: NodeKind,
    /// The node that led to it.
    pub caused_by: Option<String>,
    /// Its stream.
    pub stream_id: Option<StreamName>,
    /// Its version there.
    pub stream_version: Option<Version>,
    /// Its place in the log.
    pub global_position: Option<Position>,
    /// Its type: an event's, a message's, a step's name.
    pub name: String,
    /// When.
    pub at: Option<Timestamp>,
    /// More about it: who did it, what went wrong.
    pub note: Option<String>,
    /// Whether something went wrong here.
    pub failed: bool,
    /// The saga that it belongs to.
    pub saga_id: Option<String>,
}

/// A node in its place in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The node.
    pub node: Node,
    /// How deep it stands.
    pub depth: usize,
    /// For each level above it, and its own, whether more follow there: what the lines of the tree are drawn from. No
    /// more than [`DEEPEST`] levels are told apart.
    pub more: Vec<bool>,
    /// Whether its cause is named, but is not here (or leads round in a circle).
    pub lost: bool,
}

/// A whole trace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// What the nodes share.
    pub correlation_id: String,
    /// The nodes, each behind what led to it.
    pub nodes: Vec<Placed>,
    /// How many streams they touch.
    pub streams: usize,
    /// How many sagas.
    pub sagas: usize,
    /// How many events.
    pub events: usize,
    /// Whether there are more events than were read.
    pub cut: bool,
    /// When the first of them was.
    pub first_at: Option<Timestamp>,
    /// When the last of them was.
    pub last_at: Option<Timestamp>,
}

impl Trace {
    /// The tree of these nodes.
    pub fn new(correlation_id: String, nodes: Vec<Node>, cut: bool) -> Trace {
        let streams: BTreeSet<_> = nodes.iter().filter_map(|node| node.stream_id.as_ref()).collect();
        let sagas: BTreeSet<_> = nodes.iter().filter_map(|node| node.saga_id.as_ref()).collect();
        let times = || nodes.iter().filter_map(|node| node.at);
        Trace {
            correlation_id,
            streams: streams.len(),
            sagas: sagas.len(),
            events: nodes.iter().filter(|node| node.kind == NodeKind::Event).count(),
            cut,
            first_at: times().min(),
            last_at: times().max(),
            nodes: tree(nodes),
        }
    }
}

impl Trace {
    /// The same for a reader: a command that led to one event is that event's line, and says by whom.
    pub fn brief(self) -> Trace {
        let mut effects: BTreeMap<String, usize> = BTreeMap::new();
        for cause in self.nodes.iter().filter_map(|placed| placed.node.caused_by.clone()) {
            *effects.entry(cause).or_default() += 1;
        }
        let one = |node: &Node| node.kind == NodeKind::Command && effects.get(&node.id) == Some(&1);
        let folded: BTreeMap<String, Node> = self
            .nodes
            .iter()
            .filter(|placed| placed.depth > 0 && !placed.lost && one(&placed.node))
            .map(|placed| (placed.node.id.clone(), placed.node.clone()))
            .collect();
        let mut nodes = Vec::with_capacity(self.nodes.len());
        for Placed { mut node, .. } in self.nodes {
            if folded.contains_key(&node.id) {
                continue;
            }
            if let Some(command) = node.caused_by.as_ref().and_then(|cause| folded.get(cause)) {
                node.caused_by.clone_from(&command.caused_by);
                node.note = node.note.or(command.note.clone());
            }
            nodes.push(node);
        }
        Trace { nodes: tree(nodes), ..self }
    }
}

/// Each node behind what led to it, in order of time. A cause that is not here leaves a node at the root and marked;
/// nodes that cause each other in a circle stand at the root too.
pub fn tree(mut nodes: Vec<Node>) -> Vec<Placed> {
    // Equal times keep the order in which they were read, which is the log's.
    nodes.sort_by_key(|node| node.at);
    let mut by_id: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, node) in nodes.iter().enumerate() {
        by_id.entry(&node.id).or_insert(index);
    }
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut roots: Vec<(usize, bool)> = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        match node.caused_by.as_deref().map(|cause| by_id.get(cause).copied()) {
            None => roots.push((index, false)),
            Some(Some(cause)) if cause != index => children[cause].push(index),
            Some(_) => roots.push((index, true)),
        }
    }
    let mut seen = vec![false; nodes.len()];
    let mut order: Vec<(usize, usize, bool)> = Vec::with_capacity(nodes.len());
    let mut walk = |root: usize, lost: bool, seen: &mut Vec<bool>| {
        let mut stack = vec![(root, 0, lost)];
        while let Some((index, depth, lost)) = stack.pop() {
            if std::mem::replace(&mut seen[index], true) {
                continue;
            }
            order.push((index, depth, lost));
            stack.extend(children[index].iter().rev().map(|child| (*child, depth + 1, false)));
        }
    };
    for (root, lost) in roots {
        walk(root, lost, &mut seen);
    }
    for index in 0..nodes.len() {
        if !seen[index] {
            walk(index, true, &mut seen);
        }
    }
    place(nodes, &order)
}

/// The lines of the tree: read from the end, a level goes on where a node of it was seen below.
fn place(nodes: Vec<Node>, order: &[(usize, usize, bool)]) -> Vec<Placed> {
    let mut nodes: Vec<Option<Node>> = nodes.into_iter().map(Some).collect();
    let mut below: Vec<bool> = Vec::new();
    let mut placed: Vec<Placed> = Vec::with_capacity(order.len());
    for (index, depth, lost) in order.iter().rev() {
        below.truncate(depth + 1);
        below.resize(depth + 1, false);
        let more = below[..below.len().min(DEEPEST)].to_vec();
        below[*depth] = true;
        if let Some(node) = nodes[*index].take() {
            placed.push(Placed { node, depth: *depth, more, lost: *lost });
        }
    }
    placed.reverse();
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: &str, caused_by: Option<&str>, second: i64) -> Node {
        Node {
            id: id.to_owned(),
            kind: NodeKind::Event,
            caused_by: caused_by.map(str::to_owned),
            stream_id: None,
            stream_version: None,
            global_position: None,
            name: id.to_owned(),
            at: Timestamp::from_second(second).ok(),
            note: None,
            failed: false,
            saga_id: None,
        }
    }

    fn shown(nodes: Vec<Node>) -> Vec<String> {
        let mark = |placed: &Placed| if placed.lost { "?" } else { "" };
        tree(nodes).iter().map(|p| format!("{}{}{}", " ".repeat(p.depth), p.node.id, mark(p))).collect()
    }

    #[test]
    fn effects_stand_below_their_causes_in_order_of_time() {
        let nodes = vec![node("d", Some("b"), 4), node("a", None, 1), node("c", Some("a"), 3), node("b", Some("a"), 2)];
        assert_eq!(shown(nodes.clone()), ["a", " b", "  d", " c"]);
        let placed = tree(nodes);
        assert_eq!(placed[1].more, [false, true]);
        assert_eq!(placed[2].more, [false, true, false]);
    }

    #[test]
    fn circles_end_and_what_points_nowhere_stands_at_the_root() {
        let nodes =
            vec![node("a", Some("b"), 1), node("b", Some("a"), 2), node("c", Some("c"), 3), node("d", Some("x"), 4)];
        assert_eq!(shown(nodes), ["c?", "d?", "a?", " b"]);
        let long: Vec<Node> = (0..100_000).map(|n| node(&n.to_string(), Some(&format!("{}", n - 1)), n)).collect();
        assert_eq!(tree(long[..20_000].to_vec()).last().unwrap().depth, 19_999);
    }
}
