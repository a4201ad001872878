// RUN: %check_nostall %s --real
// librdkafka: a timeout of 0 only looks.

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafkacpp.h>
#include <sys/epoll.h>
#include <unistd.h>

struct Handler {
  virtual ~Handler() = default;
  virtual void ready() = 0;
};

struct ProducerBad : Handler {
  rd_kafka_t *Kafka;
  rd_kafka_topic_t *Topic;
  void *Text;
  size_t Size;
  void ready() override {
    rd_kafka_produce(Topic, 0, RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK, Text,
                     Size, nullptr, 0, nullptr);
    // CHECK-MESSAGES: :[[@LINE-2]]:5: warning: 'rd_kafka_produce' may block the event loop: it waits while the queue is full [nostall-blocking-call]
    rd_kafka_flush(Kafka, 1000);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'rd_kafka_flush' blocks the event loop: {{.*}} [nostall-blocking-call]
    rd_kafka_poll(Kafka, 100);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'rd_kafka_poll' blocks the event loop: {{.*}} [nostall-blocking-call]
    rd_kafka_commit_transaction(Kafka, 5000);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'rd_kafka_commit_transaction' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
};

struct ProducerOk : ProducerBad {
  void ready() override {
    rd_kafka_produce(Topic, 0, RD_KAFKA_MSG_F_COPY, Text, Size, nullptr, 0,
                     nullptr);
    rd_kafka_poll(Kafka, 0);
    rd_kafka_outq_len(Kafka);
  }
};

struct ConsumerBad : Handler {
  rd_kafka_t *Kafka;
  RdKafka::KafkaConsumer *Kpp;
  void ready() override {
    rd_kafka_message_t *M = rd_kafka_consumer_poll(Kafka, 500);
    // CHECK-MESSAGES: :[[@LINE-1]]:29: warning: 'rd_kafka_consumer_poll' blocks the event loop: {{.*}} [nostall-blocking-call]
    rd_kafka_commit_message(Kafka, M, 0);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'rd_kafka_commit_message' blocks the event loop: {{.*}} [nostall-blocking-call]
    delete Kpp->consume(500);
    // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: 'RdKafka::KafkaConsumer::consume' blocks the event loop: {{.*}} [nostall-blocking-call]
    Kpp->commitSync();
    // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'RdKafka::KafkaConsumer::commitSync' blocks the event loop: {{.*}} [nostall-blocking-call]
    Kpp->close();
    // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'RdKafka::KafkaConsumer::close' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
};

struct ConsumerOk : ConsumerBad {
  void ready() override {
    rd_kafka_message_t *M = rd_kafka_consumer_poll(Kafka, 0);
    rd_kafka_commit_message(Kafka, M, 1);
    delete Kpp->consume(0);
    Kpp->commitAsync();
  }
};

// Logged on a thread of the library.
void okLog(const rd_kafka_t *, int, const char *, const char *) { sleep(1); }
void configure(rd_kafka_conf_t *Conf) { rd_kafka_conf_set_log_cb(Conf, okLog); }

void serve(int Epoll) {
  epoll_event Events[16];
  while (true) {
    int N = epoll_wait(Epoll, Events, 16, -1);
    for (int I = 0; I < N; ++I)
      static_cast<Handler *>(Events[I].data.ptr)->ready();
  }
}
