CREATE SCHEMA eventuous;
CREATE TABLE eventuous.streams (stream_name varchar NOT NULL UNIQUE, stream_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, version integer NOT NULL DEFAULT -1);
CREATE TABLE eventuous.messages (message_id uuid NOT NULL, message_type varchar NOT NULL, stream_id integer NOT NULL REFERENCES eventuous.streams (stream_id), stream_position integer NOT NULL,
  global_position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, json_data jsonb NOT NULL, json_metadata jsonb, created timestamp NOT NULL, UNIQUE (stream_id, stream_position));
CREATE TABLE eventuous.checkpoints (id varchar PRIMARY KEY, position bigint);
INSERT INTO eventuous.streams (stream_name, version) VALUES
 ('Order-ord-1', 1),
 ('Payment-pay-1', 0),
 ('Order-ord-2', 1),
 ('Payment-pay-2', 0),
 ('Order-ord-3', 2),
 ('Payment-pay-3', 0),
 ('Order-ord-4', 1),
 ('Payment-pay-4', 0),
 ('Order-ord-5', 1),
 ('Payment-pay-5', 0),
 ('Order-ord-6', 2),
 ('Payment-pay-6', 0);
INSERT INTO eventuous.messages (message_id, message_type, stream_id, stream_position, json_data, json_metadata, created) VALUES
 ('996ad860-2a9a-504f-8861-aeafd0b2ae29', 'V1.OrderPlaced', 1, 0, '{"orderId": "ord-1", "total": 11}', '{"eventuous.correlation-id": "5ccc4c19-ed81-5898-9d75-bbc978566a6a", "eventuous.causation-id": "bf428e1d-f221-55de-a77f-a61755a4d727", "userId": "alice"}', '2025-03-03 10:00:01.001'),
 ('59e06cf8-f390-5093-af2e-3685be593a25', 'V1.ItemAdded', 1, 1, '{"sku": "SKU-2", "quantity": 1}', '{"eventuous.correlation-id": "5ccc4c19-ed81-5898-9d75-bbc978566a6a"}', '2025-03-03 10:00:02.002'),
 ('391ada15-580c-5baa-b16f-eeb35d9b1122', 'V1.PaymentRequested', 2, 0, '{"paymentId": "pay-1", "amount": 11}', '{"eventuous.correlation-id": "5ccc4c19-ed81-5898-9d75-bbc978566a6a", "eventuous.causation-id": "59e06cf8-f390-5093-af2e-3685be593a25", "userId": "alice"}', '2025-03-03 10:00:03.003'),
 ('22fe83ae-a20f-54fc-b436-cec85c94c5e8', 'V1.OrderPlaced', 3, 0, '{"orderId": "ord-2", "total": 12}', '{"eventuous.correlation-id": "5da38ad9-dc4d-5d7e-98f8-89aefa2a1ca1"}', '2025-03-03 10:00:04.004'),
 ('b7d55bf4-7057-5113-85c8-141871bf7635', 'V1.ItemAdded', 3, 1, '{"sku": "SKU-1", "quantity": 2}', '{"eventuous.correlation-id": "5da38ad9-dc4d-5d7e-98f8-89aefa2a1ca1", "eventuous.causation-id": "22fe83ae-a20f-54fc-b436-cec85c94c5e8", "userId": "alice"}', '2025-03-03 10:00:05.005'),
 ('1883fdfb-249b-58f5-b445-87dff6eabc06', 'V1.PaymentRequested', 4, 0, '{"paymentId": "pay-2", "amount": 12}', '{"eventuous.correlation-id": "5da38ad9-dc4d-5d7e-98f8-89aefa2a1ca1"}', '2025-03-03 10:00:06.006'),
 ('d6ed313e-533a-55a6-aa06-4c00bc132812', 'V1.OrderPlaced', 5, 0, '{"orderId": "ord-3", "total": 13}', '{"eventuous.correlation-id": "fecd9a78-5bb6-50f1-a2f2-b1235490da43", "eventuous.causation-id": "1883fdfb-249b-58f5-b445-87dff6eabc06", "userId": "alice"}', '2025-03-03 10:00:07.007'),
 ('9090025d-5d06-58f1-b79a-3690407024fc', 'V1.ItemAdded', 5, 1, '{"sku": "SKU-2", "quantity": 3}', '{"eventuous.correlation-id": "fecd9a78-5bb6-50f1-a2f2-b1235490da43"}', '2025-03-03 10:00:08.008'),
 ('751af8b4-32a7-55bc-9fad-8bfbcbbf4237', 'V1.PaymentRequested', 6, 0, '{"paymentId": "pay-3", "amount": 13}', '{"eventuous.correlation-id": "fecd9a78-5bb6-50f1-a2f2-b1235490da43", "eventuous.causation-id": "9090025d-5d06-58f1-b79a-3690407024fc", "userId": "alice"}', '2025-03-03 10:00:09.009'),
 ('305f5e8d-e48d-5c3a-8ce3-446622dd8a8a', 'V1.OrderCancelled', 5, 2, '{"reason": "Kunde sagt \"nein\" \u2013 \u00fcn\u00efcode"}', '{"eventuous.correlation-id": "fecd9a78-5bb6-50f1-a2f2-b1235490da43"}', '2025-03-03 10:00:10.010'),
 ('a4c08562-50fa-5599-939c-eb6f2a83a362', 'V1.OrderPlaced', 7, 0, '{"orderId": "ord-4", "total": 14}', '{"eventuous.correlation-id": "51aa72f8-a36d-5f9a-b038-899f2bd7d3bc", "eventuous.causation-id": "305f5e8d-e48d-5c3a-8ce3-446622dd8a8a", "userId": "alice"}', '2025-03-03 10:00:11.011'),
 ('d35aeaf3-5d1d-535a-a31a-22133ddf5f3d', 'V1.ItemAdded', 7, 1, '{"sku": "SKU-1", "quantity": 4}', '{"eventuous.correlation-id": "51aa72f8-a36d-5f9a-b038-899f2bd7d3bc"}', '2025-03-03 10:00:12.012'),
 ('61c97311-bb14-5679-99fc-98497a701292', 'V1.PaymentRequested', 8, 0, '{"paymentId": "pay-4", "amount": 14}', '{"eventuous.correlation-id": "51aa72f8-a36d-5f9a-b038-899f2bd7d3bc", "eventuous.causation-id": "d35aeaf3-5d1d-535a-a31a-22133ddf5f3d", "userId": "alice"}', '2025-03-03 10:00:13.013'),
 ('1bb138f7-5f19-587c-8a25-fb174eabf441', 'V1.OrderPlaced', 9, 0, '{"orderId": "ord-5", "total": 15}', '{"eventuous.correlation-id": "f9a38183-46be-53b4-b351-44faebca4657"}', '2025-03-03 10:00:14.014'),
 ('be6c2a5f-4160-5145-8695-c628496b208d', 'V1.ItemAdded', 9, 1, '{"sku": "SKU-2", "quantity": 5}', '{"eventuous.correlation-id": "f9a38183-46be-53b4-b351-44faebca4657", "eventuous.causation-id": "1bb138f7-5f19-587c-8a25-fb174eabf441", "userId": "alice"}', '2025-03-03 10:00:15.015'),
 ('7dbed579-ec83-5f9b-8aa3-1c40e858acfc', 'V1.PaymentRequested', 10, 0, '{"paymentId": "pay-5", "amount": 15}', '{"eventuous.correlation-id": "f9a38183-46be-53b4-b351-44faebca4657"}', '2025-03-03 10:00:16.016'),
 ('bcc896de-3c61-523e-973c-052f16456e28', 'V1.OrderPlaced', 11, 0, '{"orderId": "ord-6", "total": 16}', '{"eventuous.correlation-id": "b97f9b84-d636-5724-958d-81ccc07247de", "eventuous.causation-id": "7dbed579-ec83-5f9b-8aa3-1c40e858acfc", "userId": "alice"}', '2025-03-03 10:00:17.017'),
 ('77b34e74-5631-5a71-b8ce-97b9d6bab10a', 'V1.ItemAdded', 11, 1, '{"sku": "SKU-1", "quantity": 6}', '{"eventuous.correlation-id": "b97f9b84-d636-5724-958d-81ccc07247de"}', '2025-03-03 10:00:18.018'),
 ('9d58db4d-28b7-56fc-9b12-db9a3e9d0769', 'V1.PaymentRequested', 12, 0, '{"paymentId": "pay-6", "amount": 16}', '{"eventuous.correlation-id": "b97f9b84-d636-5724-958d-81ccc07247de", "eventuous.causation-id": "77b34e74-5631-5a71-b8ce-97b9d6bab10a", "userId": "alice"}', '2025-03-03 10:00:19.019'),
 ('6fea451e-90db-5366-bbde-9a65b83f8f64', 'V1.OrderCancelled', 11, 2, '{"reason": "Kunde sagt \"nein\" \u2013 \u00fcn\u00efcode"}', '{"eventuous.correlation-id": "b97f9b84-d636-5724-958d-81ccc07247de"}', '2025-03-03 10:00:20.020');
INSERT INTO eventuous.checkpoints VALUES ('dashboard', 12), ('fresh', NULL);
