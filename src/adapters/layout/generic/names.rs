//! How the columns of hand-made tables of events are usually called, without underscores and in small letters; the most telling
//! names first.

/// What identifies a stream.
pub const STREAM: &[&str] = &[
    "streamid",
    "streamname",
    "streamuuid",
    "streamkey",
    "stream",
    "aggregateid",
    "aggregateuuid",
    "aggregaterootid",
    "aggregatorid",
    "aggregatekey",
    "aggregate",
    "entityid",
    "entityuuid",
    "entitykey",
    "entity",
    "originatorid",
    "persistenceid",
    "subjectid",
    "sourceid",
];

/// What kind of thing a stream is of.
pub const STREAM_TYPE: &[&str] = &[
    "aggregatetype",
    "streamtype",
    "entitytype",
    "aggregatename",
    "aggregatortype",
    "entityname",
    "aggregateclass",
    "aggregateroottype",
    "originatortype",
    "subjecttype",
    "sourcetype",
    "streamcategory",
    "category",
];

/// The number of an event in its stream.
pub const VERSION: &[&str] = &[
    "streamversion",
    "aggregateversion",
    "entityversion",
    "version",
    "versionnumber",
    "versionno",
    "streamposition",
    "streamrevision",
    "streamsequence",
    "aggregatesequence",
    "aggregatesequencenumber",
    "sequencenumber",
    "sequencenr",
    "sequenceno",
    "seqnumber",
    "seqnr",
    "seqno",
    "sequence",
    "seq",
    "revision",
    "playhead",
    "position",
    "eventnumber",
    "eventno",
    "eventindex",
    "eventsequence",
    "ordinal",
    "number",
];

/// The number of an event among all.
pub const POSITION: &[&str] = &[
    "globalposition",
    "globalsequence",
    "globalsequencenumber",
    "globalseq",
    "globalindex",
    "globalversion",
    "globaloffset",
    "globalid",
    "logposition",
    "commitposition",
    "eventposition",
    "position",
    "sequencenumber",
    "sequenceid",
    "sequence",
    "seqid",
    "seq",
    "ordering",
    "offset",
    "eventnumber",
    "eventid",
    "no",
    "id",
];

/// What an event is called. The last few tell little by themselves.
pub const TYPE: &[&str] = &[
    "eventtype",
    "eventname",
    "eventclass",
    "eventkind",
    "eventtypename",
    "messagetype",
    "payloadtype",
    "type",
    "typename",
    "event",
    "kind",
    "name",
];

/// The payload.
pub const DATA: &[&str] = &[
    "eventdata",
    "eventpayload",
    "eventbody",
    "eventjson",
    "data",
    "payload",
    "body",
    "messagedata",
    "jsondata",
    "datajson",
    "payloadjson",
    "eventproperties",
    "content",
    "json",
    "event",
    "message",
];

/// What stands beside the payload.
pub const METADATA: &[&str] = &[
    "metadata",
    "eventmetadata",
    "meta",
    "headers",
    "eventheaders",
    "metadatajson",
    "jsonmetadata",
    "messagemetadata",
];

/// When it was recorded.
pub const TIME: &[&str] = &[
    "recordedat",
    "recordedon",
    "createdat",
    "createdon",
    "createdutc",
    "created",
    "insertedat",
    "storedat",
    "appendedat",
    "committedat",
    "occurredat",
    "occurredon",
    "happenedat",
    "emittedat",
    "timestamp",
    "eventtimestamp",
    "eventtime",
    "eventdate",
    "time",
    "date",
    "ts",
    "at",
];

/// What identifies an event.
pub const EVENT_ID: &[&str] = &["eventid", "eventuuid", "messageid", "uuid", "guid", "id"];

/// The version of the type's schema.
pub const SCHEMA_VERSION: &[&str] =
    &["schemaversion", "eventschemaversion", "eventversion", "eventtypeversion", "typeversion", "payloadversion"];

/// What the events of one business transaction share.
pub const CORRELATION: &[&str] = &["correlationid", "correlationuuid", "correlation"];

/// What led to an event.
pub const CAUSATION: &[&str] = &["causationid", "causationuuid", "causation", "causeid", "causedby"];

/// Who did it.
pub const ACTOR: &[&str] =
    &["actor", "actorid", "userid", "username", "user", "createdby", "performedby", "triggeredby"];

/// Words in the name of a table that is about events without being their log.
pub const NO_LOG: &[&str] = &[
    "snapshot",
    "outbox",
    "inbox",
    "deadletter",
    "failed",
    "projection",
    "checkpoint",
    "subscription",
    "processed",
    "saga",
];

/// Words in the name of a table that is likely to be a log of events.
pub const LOG: &[&str] = &["event", "journal"];

/// How a column begins that is hardly anything but a stream's name.
pub const STRONG: &[&str] =
    &["streamid", "streamname", "streamuuid", "streamkey", "aggregate", "originator", "persistenceid"];

/// Columns of rows that are changed where they stand: events are not.
pub const CHANGED: &[&str] = &["updatedat", "updatedon", "modifiedat", "modifiedon", "lastmodified", "updated"];
