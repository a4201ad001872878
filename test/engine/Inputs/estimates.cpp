struct Node { Node *Next; long Value; };

long walk(const Node *N) {
  long Sum = 0;
  while (N) {
    Sum += N->Value;
    N = N->Next;
  }
  return Sum;
}
long nest(const Node *N, const long *End, const long *P) {
  long Sum = 0;
  while (P != End) {
    Sum += *P++;
    for (const Node *M = N; M; M = M->Next)
      Sum += M->Value;
  }
  return Sum;
}
const char *expression(const char *);
const char *primary(const char *P) {
  while (*P == '(')
    P = expression(P + 1);
  return P;
}
const char *product(const char *P) {
  while (*P == '*')
    P = primary(P + 1);
  return P;
}
const char *sum(const char *P) {
  while (*P == '+')
    P = product(P + 1);
  return P;
}
const char *expression(const char *P) {
  while (*P == ',')
    P = sum(P + 1);
  return P;
}
const char *statement(const char *P) {
  while (*P)
    P = expression(P);
  return P;
}
