CREATE TABLE journal (ordering bigserial, persistence_id varchar(255) NOT NULL, sequence_number bigint NOT NULL, deleted boolean DEFAULT false NOT NULL, tags varchar(255) DEFAULT NULL, message bytea NOT NULL, PRIMARY KEY (persistence_id, sequence_number));
CREATE UNIQUE INDEX journal_ordering_idx ON journal (ordering);
CREATE TABLE snapshot (persistence_id varchar(255) NOT NULL, sequence_number bigint NOT NULL, created bigint NOT NULL, snapshot bytea NOT NULL, PRIMARY KEY (persistence_id, sequence_number));
CREATE TABLE "AKKA_PROJECTION_OFFSET_STORE" ("PROJECTION_NAME" varchar(255) NOT NULL, "PROJECTION_KEY" varchar(255) NOT NULL, "CURRENT_OFFSET" varchar(255) NOT NULL, "MANIFEST" varchar(4) NOT NULL, "MERGEABLE" boolean NOT NULL, "LAST_UPDATED" bigint NOT NULL, PRIMARY KEY ("PROJECTION_NAME", "PROJECTION_KEY"));
INSERT INTO journal (persistence_id, sequence_number, deleted, tags, message) VALUES
 ('Order|ord-1', 1, true, 'order-0,all', '\x0a8f0108ff'::bytea || convert_to('OrderPlaced','UTF8')),
 ('Order|ord-1', 2, false, 'order-0,all', '\x0a8f0208ff'::bytea || convert_to('ItemAdded','UTF8')),
 ('Payment|pay-1', 1, false, 'payment-0,all', '\x0a8f0308ff'::bytea || convert_to('PaymentRequested','UTF8')),
 ('Order|ord-2', 1, false, NULL, '\x0a8f0408ff'::bytea || convert_to('OrderPlaced','UTF8')),
 ('Order|ord-2', 2, false, 'order-0,all', '\x0a8f0508ff'::bytea || convert_to('ItemAdded','UTF8')),
 ('Payment|pay-2', 1, false, 'payment-0,all', '\x0a8f0608ff'::bytea || convert_to('PaymentRequested','UTF8')),
 ('Order|ord-3', 1, false, 'order-0,all', '\x0a8f0708ff'::bytea || convert_to('OrderPlaced','UTF8')),
 ('Order|ord-3', 2, false, NULL, '\x0a8f0808ff'::bytea || convert_to('ItemAdded','UTF8')),
 ('Payment|pay-3', 1, false, 'payment-0,all', '\x0a8f0908ff'::bytea || convert_to('PaymentRequested','UTF8')),
 ('Order|ord-3', 3, false, 'order-0,all', '\x0a8f0a08ff'::bytea || convert_to('OrderCancelled','UTF8')),
 ('Order|ord-4', 1, false, 'order-0,all', '\x0a8f0b08ff'::bytea || convert_to('OrderPlaced','UTF8')),
 ('Order|ord-4', 2, false, NULL, '\x0a8f0c08ff'::bytea || convert_to('ItemAdded','UTF8')),
 ('Payment|pay-4', 1, false, 'payment-0,all', '\x0a8f0d08ff'::bytea || convert_to('PaymentRequested','UTF8')),
 ('Order|ord-5', 1, false, 'order-0,all', '\x0a8f0e08ff'::bytea || convert_to('OrderPlaced','UTF8')),
 ('Order|ord-5', 2, false, 'order-0,all', '\x0a8f0f08ff'::bytea || convert_to('ItemAdded','UTF8')),
 ('Payment|pay-5', 1, false, NULL, '\x0a8f1008ff'::bytea || convert_to('PaymentRequested','UTF8')),
 ('Order|ord-6', 1, false, 'order-0,all', '\x0a8f1108ff'::bytea || convert_to('OrderPlaced','UTF8')),
 ('Order|ord-6', 2, false, 'order-0,all', '\x0a8f1208ff'::bytea || convert_to('ItemAdded','UTF8')),
 ('Payment|pay-6', 1, false, 'payment-0,all', '\x0a8f1308ff'::bytea || convert_to('PaymentRequested','UTF8')),
 ('Order|ord-6', 3, false, NULL, '\x0a8f1408ff'::bytea || convert_to('OrderCancelled','UTF8'));
INSERT INTO snapshot VALUES ('Order|ord-6', 2, 1741000000000, '\xac01');
INSERT INTO "AKKA_PROJECTION_OFFSET_STORE" VALUES ('dashboard', 'order-0', '6', 'SEQ', false, 1741000000000), ('others', 'x', 'not a number', 'STR', false, 1741000000000);
