//! Everything that can be done, in one table. The keymap, the footer, the help and the palette are made from it.

/// Where an action is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Everywhere but in a text that is being typed.
    Global,
    /// Where there is something to move in.
    Move,
    /// In lists with a top and a bottom.
    List,
    /// On the overview.
    Overview,
    /// On the list of streams.
    Streams,
    /// On the log.
    Log,
    /// In one stream's history.
    Travel,
    /// On the projections.
    Projections,
    /// On the sagas.
    Sagas,
    /// On a trace.
    Trace,
    /// On the dead letters.
    DeadLetters,
    /// Where a text is being typed: prompts, help, palette, filters.
    Typing,
}

impl Scope {
    /// The scopes that are at work together, the innermost first. A key may not do two things in one of them.
    pub const STACKS: &'static [&'static [Scope]] = &[
        &[Scope::Overview, Scope::List, Scope::Move, Scope::Global],
        &[Scope::Streams, Scope::List, Scope::Move, Scope::Global],
        &[Scope::Log, Scope::List, Scope::Move, Scope::Global],
        &[Scope::Travel, Scope::Move, Scope::Global],
        &[Scope::Projections, Scope::List, Scope::Move, Scope::Global],
        &[Scope::Sagas, Scope::List, Scope::Move, Scope::Global],
        &[Scope::Trace, Scope::List, Scope::Move, Scope::Global],
        &[Scope::DeadLetters, Scope::List, Scope::Move, Scope::Global],
        &[Scope::Typing],
    ];

    /// The word that names of actions begin with.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Global => "global",
            Scope::Move => "move",
            Scope::List => "list",
            Scope::Overview => "overview",
            Scope::Streams => "streams",
            Scope::Log => "log",
            Scope::Travel => "travel",
            Scope::Projections => "projections",
            Scope::Sagas => "sagas",
            Scope::Trace => "trace",
            Scope::DeadLetters => "dead-letters",
            Scope::Typing => "typing",
        }
    }
}

/// An action with its name, scope and sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The action.
    pub action: Action,
    /// Its stable name, which begins with its scope.
    pub name: &'static str,
    /// Where it is at work.
    pub scope: Scope,
    /// One or two words for the footer.
    pub hint: &'static str,
    /// What it does, as help shows it.
    pub sentence: &'static str,
}

macro_rules! actions {
    ($($action:ident $name:literal $scope:ident $hint:literal $sentence:literal;)*) => {
        /// Something that can be done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $(#[doc = $sentence] $action,)*
        }

        /// Everything that can be done.
        pub const TABLE: &[Entry] = &[
            $(Entry { action: Action::$action, name: $name, scope: Scope::$scope, hint: $hint, sentence: $sentence },)*
        ];
    };
}

actions! {
    Help "global.help" Global "help" "show what can be done here; typing filters, Enter does it";
    Palette "global.palette" Global "go to" "go anywhere by name: screen, stream, stream@version, position, time";
    Back "global.back" Global "back" "go one step back, to the same row";
    Quit "global.quit" Global "quit" "leave foldback";
    ForceQuit "global.force-quit" Global "quit" "leave foldback from anywhere";
    Suspend "global.suspend" Global "suspend" "put foldback in the background; `fg` brings it back";
    Overview "global.overview" Global "overview" "what is here, and does anything need me";
    Streams "global.streams" Global "streams" "every stream of the store";
    Log "global.log" Global "log" "every event, in the order of the whole log";
    Travel "global.travel" Global "travel" "one stream through time: state, differences, blame";
    Projections "global.projections" Global "projections" "how far each projection has come, and how it is doing";
    Sagas "global.sagas" Global "sagas" "the sagas, those first that need somebody";
    Trace "global.trace" Global "trace" "what led to what: everything under one correlation id";
    DeadLetters "global.dead-letters" Global "dead letters" "what was given up on, by cause";
    Refresh "global.refresh" Global "read again" "read what is on the screen again";
    Copy "global.copy" Global "copy command" "copy the command that says what this screen says";
    LivePause "global.live-pause" Global "pause" "with demo --live: let the shop stand still, or go on";
    LiveFaster "global.live-faster" Global "faster" "with demo --live: twice as many customers";
    LiveSlower "global.live-slower" Global "slower" "with demo --live: half as many customers";
    Earlier "global.earlier" Global "earlier" "move the clock one event back: every screen shows what was there then";
    Later "global.later" Global "later" "move the clock one event on";
    EarlierPart "global.earlier-part" Global "column back" "move the clock back by a column of its histogram";
    LaterPart "global.later-part" Global "column on" "move the clock on by a column of its histogram";
    Live "global.live" Global "live" "back to now: everything that has happened";
    ClockTo "global.as-of" Global "as of" "put the clock at a position, a time or an event";
    JustAfter "global.just-after" Global "clock here" "put the clock just after the selected event";
    JustBefore "global.just-before" Global "just before" "put the clock just before the selected event";
    Bookmark "global.bookmark" Global "bookmark" "set a bookmark at the selected event, or where the clock stands; again to take it away";
    PreviousMark "global.previous-mark" Global "mark before" "move the clock back to the last bookmark or failure before it";
    NextMark "global.next-mark" Global "next mark" "move the clock on to the next bookmark or failure";
    AuditSnapshots "global.audit-snapshots" Global "audit snapshots" "hold every stored snapshot against the fold of its stream, and list those that differ";
    Tour "global.tour" Global "tour" "a tour in five steps through the sample data";

    Up "move.up" Move "up" "one row up";
    Down "move.down" Move "down" "one row down";
    PageUp "move.page-up" Move "page up" "one page up";
    PageDown "move.page-down" Move "page down" "one page down";
    Open "move.open" Move "open" "open what is selected";
    NextPane "move.next-pane" Move "pane" "go to the next pane";
    PreviousPane "move.previous-pane" Move "pane back" "go to the pane before";

    Top "list.top" List "top" "go to the first row";
    Bottom "list.bottom" List "bottom" "go to the last row";

    CheckAll "overview.check-all" Overview "check all" "fold every stream and say what needs attention, however long it takes";
    BisectAll "overview.bisect" Overview "bisect" "find the first event, in every stream, after which an expression holds";

    Filter "streams.filter" Streams "filter" "show only streams whose names hold these words";
    Category "streams.category" Streams "category" "show one category after the other, then all";
    Sort "streams.sort" Streams "sort" "sort by name, by length, by newest event";
    ClearStreams "streams.clear" Streams "clear filter" "show all streams again";
    StreamLog "streams.log" Streams "log of it" "show the events of this stream in the log";
    BisectStreams "streams.bisect" Streams "bisect" "find the first event after which an expression holds, in each stream of this category, or in all";

    Order "log.order" Log "order" "newest first or newest last";
    GoTo "log.go-to" Log "go to" "go to a position or a time";
    FilterType "log.type" Log "this type" "show only events of the selected event's type";
    FilterStream "log.stream" Log "this stream" "show only events of the selected event's stream";
    FilterCorrelation "log.correlation" Log "this transaction" "show only events with the selected event's correlation id";
    FilterPattern "log.pattern" Log "filter" "show only types that match a pattern: Payment*";
    FilterWhere "log.where" Log "where" "show only events of which an expression holds: event.data.amount > 1000";
    FindPattern "log.find-pattern" Log "pattern" "find what happened without, before or behind something else";
    ClearLast "log.clear" Log "clear" "take the last filter away";
    ClearAll "log.clear-all" Log "clear all" "take every filter away";
    Mark "log.mark" Log "mark" "mark the range to show: once where it begins, once where it ends";
    TraceLogged "log.trace" Log "trace" "show everything under this event's correlation id";
    Payload "log.payload" Log "whole payload" "show the whole payload, wrapped";

    FailingEvent "projections.failing-event" Projections "failing event" "show the event that it cannot handle, in the log";
    StillToCome "projections.still-to-come" Projections "still to come" "show the events that it has not handled, in the log";
    AuditModel "projections.audit" Projections "audit" "fold this read model again aside, and list the rows that differ, with the event where each parted";
    AsSeen "projections.as-seen" Projections "should / seen" "in the past: the rows as they should have been, or as users saw them";

    TraceSaga "sagas.trace" Sagas "trace" "show everything under this saga's correlation id";
    SagaState "sagas.state" Sagas "state" "show the saga's state after the selected step, in full";

    TraceGoTo "trace.go-to" Trace "another" "show the trace of another correlation id, event id or position";
    InLog "trace.log" Trace "in log" "show the events of this trace in the log";

    Retry "dead-letters.retry" DeadLetters "retry" "take it up again, or pass over it; says first what that does";
    TraceLetter "dead-letters.trace" DeadLetters "trace" "show everything under its correlation id";
    LetterPayload "dead-letters.payload" DeadLetters "whole payload" "show the whole payload, wrapped";

    Previous "travel.previous" Travel "step" "go one version back";
    Next "travel.next" Travel "step on" "go one version on";
    First "travel.first" Travel "first" "go to the first version";
    Last "travel.last" Travel "last" "go to the last version";
    GoToVersion "travel.go-to" Travel "go to" "go to a version or a time";
    PreviousChange "travel.previous-change" Travel "changes of field" "go back to the version before this that changed the selected field";
    NextChange "travel.next-change" Travel "next change" "go on to the next version that changes the selected field";
    Blame "travel.blame" Travel "blame" "for each path of the state, the event that last changed it";
    Branch "travel.branch" Travel "branch" "what if this event were skipped, edited or moved: a branch in memory";
    Pin "travel.pin" Travel "pin" "compare with this version from now on; again to let go";
    Watch "travel.watch" Travel "watch" "watch the selected path, beside others: play stops when it changes; again to let go";
    Play "travel.play" Travel "play" "play the history from here; again to stop";
    Faster "travel.faster" Travel "faster" "play faster";
    Slower "travel.slower" Travel "slower" "play slower";
    Raw "travel.raw" Travel "raw" "show the payload as stored, or in today's schema";
    UnfoldAll "travel.unfold-all" Travel "unfold" "unfold everything below the selected path";
    FoldAll "travel.fold-all" Travel "fold" "fold the whole tree";
    TraceStep "travel.trace" Travel "trace" "show everything under this event's correlation id";
    SwitchBranch "travel.switch-branch" Travel "main/branch" "look at the next branch of this stream, and after the last at main";
    Parting "travel.parting" Travel "parting" "on a branch: go to the first event behind which it is not as main is";
    ShowInLog "travel.log" Travel "in log" "show this event among all others in the log";
    BisectStream "travel.bisect" Travel "bisect" "find the first event of this stream after which an expression holds";
    Break "travel.break" Travel "stop at" "stop play where an expression begins to hold, at a type of event, at a gap in time; nothing clears all";
    RunOn "travel.run-on" Travel "run on" "go on to the next stop: a watched path changes, or a condition is met";
    RunBack "travel.run-back" Travel "run back" "go back to the stop before";
    History "travel.history" Travel "history" "list every event that ever changed the selected field";

    Accept "typing.accept" Typing "do it" "take what is selected or typed";
    Cancel "typing.cancel" Typing "cancel" "leave without doing anything";
    TypingUp "typing.up" Typing "up" "the line above, or the text typed before";
    TypingDown "typing.down" Typing "down" "the line below";
    TypingPageUp "typing.page-up" Typing "page up" "one page up";
    TypingPageDown "typing.page-down" Typing "page down" "one page down";
}

impl Action {
    /// Its line in the table.
    pub fn entry(self) -> &'static Entry {
        // The table and the enum are made by one macro, in one order.
        &TABLE[self as usize]
    }

    /// Its stable name.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// The action of that name.
    pub fn named(name: &str) -> Option<Action> {
        TABLE.iter().find(|entry| entry.name == name).map(|entry| entry.action)
    }
}
