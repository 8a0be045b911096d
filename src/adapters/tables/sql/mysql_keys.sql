-- The columns of every unique index, one a row; a column of which only the beginning counts has no name here.
SELECT table_schema, table_name, index_name, CASE WHEN sub_part IS NULL THEN column_name END
FROM information_schema.statistics c
WHERE non_unique = 0 AND table_schema NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys')
  AND c.table_schema = :schema
ORDER BY table_schema, table_name, index_name, seq_in_index
