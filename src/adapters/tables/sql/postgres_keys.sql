-- The columns of the unique indexes without a condition of some tables, set apart by a byte that stands in no name.
SELECT n.nspname::text, c.relname::text, string_agg(a.attname::text, E'\x01' ORDER BY k.place)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL unnest(i.indkey::int[]) WITH ORDINALITY AS k(number, place)
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
WHERE i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL AND k.place <= i.indnkeyatts
  AND i.indrelid = ANY (string_to_array($1, ',')::oid[])
GROUP BY n.nspname, c.relname, i.indexrelid
