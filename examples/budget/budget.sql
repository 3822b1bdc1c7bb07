-- The database of the budget.
create table people (name text primary key, hash text not null);
create table accounts (
  number integer primary key,
  title text not null,
  owner text not null references people
);
create table lines (
  account integer not null references accounts,
  day date not null,
  what text not null,
  cents bigint not null
);

-- Passwords: "correct horse" of anne, "batterie" of benoit; crypt(5), SHA-512.
insert into people values
  ('anne', '$6$budgetanne$JTQHZEgvSYWEmd5nRccx52cVcqSoFt26d4lW9EMMqXHAKM/KtTSj07QibaeFO.najB/5Jjm.Q7w/MoWSB35/B.'),
  ('benoit', '$6$budgetbenoit$bIqj8MnmHgmfNes9s8CKTFFXB8eIEpRUYrIp3JlphEWpAcbSs7Wn.6NOYPJvPesE3FjbOlQMYl1xzQVyyRy.s1');
insert into accounts values
  (1000, 'Public works', 'anne'),
  (4711, 'Travel', 'anne'),
  (4712, 'Équipement', 'benoit');
insert into lines values
  (1000, '2026-02-01', 'Bridge', -1250000),
  (4711, '2026-01-15', 'Train to Montréal', -12450),
  (4711, '2026-03-02', 'Grant', 500000),
  (4711, '2025-11-30', 'Hotel', -20000),
  (4712, '2026-04-01', 'Écrans', -99900);
